/** @file
 *  Extension "tn.states/1" of an infer request: its variables (ReadValue and Assign). A variable
 * keeps its value between inferences of its request (TN_STATE_002), and those of other requests
 * have no part in it (TN_STATE_003). After an inference that was cancelled or failed it holds the
 * value from before or from after (TN_STATE_007). A device without HAS_STATES refuses a model with
 * variables with TN_UNSUPPORTED (TN_STATE_009). */
#ifndef TENON_ABI_EXT_STATES_H
#define TENON_ABI_EXT_STATES_H

#include "tenon/abi/infer_request.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_states_api. */
#define TN_EXTENSION_STATES "tn.states/1"

struct tn_state;

/** Functions of a state. None is legal while an inference of the request is in flight (TN_BUSY,
 * TN_STATE_008), but for those inside its callback. */
typedef struct tn_state_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** See tn_object_api. */
  const void *(TN_CALL *get_extension)(struct tn_state *state, tn_string id)TN_ANY_THREAD;
  /** Frees the handle; the variable stays as it is (TN_STATE_010). Before the request is
   * destroyed. */
  void(TN_CALL *destroy)(struct tn_state *state) TN_SETUP;
  /** Name of the variable, borrowed as long as the handle lives. */
  tn_string(TN_CALL *name)(struct tn_state *state) TN_ANY_THREAD;
  /** Puts the variable back to its initial value, which it also has in a new request
   * (TN_STATE_004).
   *  @return TN_OK, TN_BUSY, TN_DEVICE_LOST */
  tn_status(TN_CALL *reset)(struct tn_state *state, tn_error *error) TN_SERIAL TN_MAY_BLOCK;
  /** Gives a copy of the present value; later inferences do not change it (TN_STATE_011). A
   * variable that was reset and whose initial value is computed by the model reads as zeros of its
   * declared shape, with 0 for unknown dimensions.
   *  @param out receives one reference to a tensor in host memory
   *  @return TN_OK, TN_BUSY, TN_OUT_OF_MEMORY, TN_DEVICE_LOST */
  tn_status(TN_CALL *get)(struct tn_state *state, tn_tensor **out,
                          tn_error *error) TN_SERIAL TN_MAY_BLOCK;
  /** Stores a copy of `value`, a tensor in host memory (TN_STATE_011), which get reads back and the
   * next inference uses (TN_STATE_005).
   *  @return TN_OK, TN_BUSY, TN_WRONG_TYPE or TN_WRONG_SHAPE (the variable is as before,
   * TN_STATE_006), TN_OUT_OF_MEMORY, TN_DEVICE_LOST */
  tn_status(TN_CALL *set)(struct tn_state *state, tn_tensor *value,
                          tn_error *error) TN_SERIAL TN_MAY_BLOCK;
} tn_state_api;

/** Smallest legal `size` of tn_state_api. */
#define TN_STATE_API_FIRST_SIZE TN_SIZE_THROUGH(tn_state_api, set)

/** A handle of one variable of one request. Owned: destroyed before its request. */
typedef struct tn_state {
  const tn_state_api *api; /**< The maker's table. */
  const tn_maker *maker;   /**< Who made it. */
  void *host;              /**< The host's. */
} tn_state;

/** Functions of the extension. */
typedef struct tn_states_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Number of variables of the model; constant (TN_STATE_010). */
  uint32_t(TN_CALL *count)(tn_infer_request *request) TN_ANY_THREAD;
  /** Makes a handle of a variable. Each variable of the model is one, with its name, type and shape
   * (TN_STATE_001). Not legal while an inference of the request is in flight (TN_STATE_008).
   *  @param out receives the handle, owned by the caller
   *  @return TN_OK, TN_OUT_OF_RANGE, TN_BUSY, TN_OUT_OF_MEMORY */
  tn_status(TN_CALL *open)(tn_infer_request *request, uint32_t index, tn_state **out,
                           tn_error *error) TN_SERIAL;
} tn_states_api;

/** Smallest legal `size` of tn_states_api. */
#define TN_STATES_API_FIRST_SIZE TN_SIZE_THROUGH(tn_states_api, open)

TN_END_DECLARATIONS

#endif
