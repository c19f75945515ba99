/** @file
 *  What a worker tells the supervisor: records in memory that both map, so that they survive the
 * worker's death.
 */
#ifndef TENON_CONFORMANCE_RECORD_H
#define TENON_CONFORMANCE_RECORD_H

#include <stdatomic.h>
#include <stdint.h>

#include "tenon/abi/tensor.h"

/** Kinds of records. */
enum record_kind {
  RECORD_TRUTH = 1,      /**< observed: 1 or 0; asked: 1. */
  RECORD_STATUS,         /**< observed and asked statuses. */
  RECORD_FAILURE,        /**< observed status; any failure is asked. */
  RECORD_EITHER,         /**< observed status; success or the asked one. */
  RECORD_OUTPUT,         /**< A tensor to be compared with the reference's. */
  RECORD_EQUAL,          /**< Two tensors to be compared with each other. asked: whether they are
                          * equal inferences, of which determinism promises equal bits. */
  RECORD_NOTE,           /**< A line for the report. */
  RECORD_NOT_APPLICABLE, /**< The case cannot be decided; why. */
  RECORD_INCONCLUSIVE,   /**< What the case waited for never came; why. */
  RECORD_UNSUPPORTED,    /**< The plugin says that it does not support what the case asks; why. */
  RECORD_INFRA,          /**< The suite's own data cannot be used; why. */
  RECORD_HYGIENE,        /**< Something was left changed or unreturned; asked: a clause. */
  RECORD_HISTORY,        /**< As RECORD_OUTPUT, with a sequence_history before the tensor. */
  RECORD_FACT,           /**< A fact of the probe: JSON. */
  RECORD_ARITHMETIC,     /**< How the outputs that follow were computed: a struct arithmetic. */
  RECORD_FRESH,   /**< observed status of an inference on data of which the reference may have no
                     answer; success is asked where it has one. */
  RECORD_VACUOUS, /**< The case has shown nothing; why. */
  RECORD_END      /**< The case ran to its end. */
};

/** Header of a record; `text`, `file` and `data` follow it, each padded to 8 bytes. */
typedef struct record {
  uint32_t kind;        /**< One of record_kind. */
  uint32_t clause;      /**< TNI_CLAUSE that it is about, or 0: the case's own. */
  int32_t observed;     /**< See the kinds. */
  int32_t asked;        /**< See the kinds. */
  uint32_t line;        /**< Line of the check. */
  uint32_t text_length; /**< Bytes of the text. */
  uint32_t file_length; /**< Bytes of the file's name. */
  uint32_t reserved;    /**< 0. */
  uint64_t data_length; /**< Bytes of the data. */
} record;

/** What a worker says of its records when they are complete. The seal is a running sum over a key
 * that the worker was told for this case alone, and over each record as it was written: records
 * that somebody changed, added or took away afterwards do not fit it. No cryptography: who finds
 * the key in the worker's memory can make a seal (docs/certification/tricks.md, what cannot be
 * stopped). */
typedef struct record_seal {
  uint64_t begin;      /**< Where in the memory they begin. */
  uint64_t used;       /**< Bytes of whole records. */
  uint64_t seal;       /**< The sum. */
  uint32_t overflowed; /**< 1: a record did not fit. */
  uint32_t reserved;   /**< 0. */
} record_seal;

/** One side's hold on the memory, which holds records alone. What a side knows of them lies in
 * memory of its own: a plugin that writes into the records cannot change it by the way. */
typedef struct record_log {
  char *memory;        /**< Of both sides. */
  uint64_t capacity;   /**< Bytes for records. */
  uint64_t begin;      /**< Where in the memory the records of the case begin. */
  uint64_t used;       /**< Bytes of whole records. */
  uint64_t seal;       /**< Over the key and all whole records; see record_seal. */
  char *copy;          /**< What record_log_take took, read instead of the memory; or NULL. */
  uint64_t room;       /**< Bytes of the copy. */
  uint32_t overflowed; /**< 1: a record did not fit. */
  uint32_t reserved;   /**< 0. */
  record_seal *parent; /**< In a forked child: where its parent finds the seal; else NULL. */
} record_log;

/** A record as a reader sees it. */
typedef struct record_view {
  const record *head; /**< The header. */
  const char *text;   /**< text_length bytes. */
  const char *file;   /**< file_length bytes. */
  const void *data;   /**< data_length bytes, aligned to 8. */
} record_view;

/** Makes the memory. Returns a file descriptor that a worker inherits, or -1. */
int record_log_create(uint64_t capacity, record_log **out);

/** Maps the memory behind a descriptor, or NULL. */
record_log *record_log_open(int descriptor);

/** Unmaps. */
void record_log_close(record_log *log);

/** Forgets all records; those that follow are sealed with `key`. */
void record_log_clear(record_log *log, uint64_t key);

/** Leaves the records where they are, and begins behind them with those of another case, which are
 * sealed with `key`. */
void record_log_follow(record_log *log, uint64_t key);

/** The seal of what was written since record_log_clear or record_log_follow. */
record_seal record_log_seal(const record_log *log);

/** Takes over what another process wrote since it was told `key`: a copy that nobody else can
 * reach.
 * @return 0 when the records do not fit the seal, or there is no memory */
int record_log_take(record_log *log, uint64_t key, const record_seal *seal);

/** @name What a forked child records
 *  Its hold on the memory is a copy of the parent's. So it tells each seal through memory that both
 * share, and the parent goes on from the last.
 *  @{ */

/** Memory for both, before the fork; NULL when there is none. */
record_seal *record_log_share(const record_log *log);

/** In the child: tells every seal from now on. */
void record_log_tell(record_log *log, record_seal *shared);

/** In the parent, when the child has ended: goes on behind its records, and gives the memory back.
 */
void record_log_go_on(record_log *log, record_seal *shared);
/** @} */

/** Appends a record. The strings may be NULL. */
void record_append(record_log *log, const record *head, const char *text, const char *file,
                   const void *data);

/** Room for a record's data that the caller fills: returns its address, or NULL when it does not
 * fit. The record counts only after record_commit. */
void *record_reserve(record_log *log, const record *head, const char *text, const char *file);

/** Makes the record of the last record_reserve count. */
void record_commit(record_log *log);

/** The record at `*offset`, which moves on; 0 when there is none left. Safe against whatever a
 * broken worker wrote. */
int record_next(const record_log *log, uint64_t *offset, record_view *out);

/** @name Tensors in records
 *  @{ */

/** Header of a tensor in a record's data; dense elements follow. Those of string tensors follow as
 * one length of 8 bytes each, then the bytes of all. */
typedef struct record_tensor {
  uint32_t type;              /**< Element type. */
  uint32_t rank;              /**< Number of dimensions. */
  int64_t shape[TN_MAX_RANK]; /**< Dimensions. */
  uint64_t byte_count;        /**< Bytes that follow. */
} record_tensor;

/** Which reference an output is compared with. */
typedef struct record_reference {
  char model[96];  /**< Name in models.h; empty for node tests. */
  uint64_t seed;   /**< Of the inputs. */
  int64_t size;    /**< Of unknown dimensions. */
  uint32_t output; /**< Number of the output, or of the variable with RECORD_VARIABLE. */
  uint32_t steps;  /**< Inferences of one request, with the seeds `seed`, `seed` + 1, ... */
} record_reference;

enum {
  RECORD_VARIABLE = 1u << 30 /**< In `output`: a variable's value after `steps` inferences; after
                              * none of them its initial one. */
};

/** Bytes that a tensor takes in a record, a multiple of 8. `dense` is dense host memory. */
uint64_t record_tensor_bytes(const tn_tensor *dense);

/** Writes a tensor of dense host memory to `at`, record_tensor_bytes of it. */
void record_tensor_store(const tn_tensor *dense, void *at);

/** Reads a tensor that a worker stored; `*offset` into the record's data moves on. NULL when it is
 * not well formed. */
tn_tensor *record_tensor_load(const record_view *view, uint64_t *offset);
/** @} */

#endif
