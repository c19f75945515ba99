/** @file
 *  What an application tells the runtime when it makes a core; `tenon/tenon.h` includes it.
 */
#ifndef TENON_CORE_OPTIONS_H
#define TENON_CORE_OPTIONS_H

#include "tenon/abi.h"

TN_BEGIN_DECLARATIONS

/** Flags of tn_core_options. */
enum {
  TN_CORE_IGNORE_ENVIRONMENT =
      1u << 0, /**< TENON_PLUGIN_PATH and TENON_DISABLE_PLUGINS are not read. They never are in a
                * privileged process (set-user-id and the like). The second one holds names parted
                * by ',' of plugins whose manifests then count for nothing; others are logged. */
  TN_CORE_NO_DEFAULT_FOLDER =
      1u << 1, /**< The folder `tenon/plugins` beside the library is not searched. */
  TN_CORE_LIST_HIDDEN = 1u << 2 /**< Plugins that stand behind an alias are listed as well, with
                                 * their devices. By name they are reached in any case. */
};

/** Receives log messages, from any thread, at times from several at once.
 *  @param level one of tn_log_level
 *  @param source name of the plugin, or "tenon"
 *  @param message one line, borrowed for the call */
typedef void(TN_CALL *tn_log_sink)(void *user, uint32_t level, tn_string source, tn_string message);

/** Options of tn_core_create. */
typedef struct tn_core_options {
  uint32_t size;  /**< TN_SIZE(tn_core_options) of the caller. */
  uint32_t flags; /**< TN_CORE_... */
  /** Folders whose manifests (`*.json`) are registered, searched before those of the environment
   * variable TENON_PLUGIN_PATH (parted by ':') and the default folder. The first plugin of a name
   * wins; later ones are listed as shadowed. */
  const char *const *plugin_folders;
  uint32_t plugin_folder_count; /**< Number of folders. */
  uint32_t log_level;           /**< Messages above this level are dropped; 0: TN_LOG_WARNING. */
  tn_log_sink log;              /**< NULL: messages go to standard error. */
  void *log_user;               /**< Handed to `log`. */
  /** Where the core and its plugins' host get memory from; NULL: the C library. Must stay usable
   * until the core and every object made with it are gone. Models are read with it as well. */
  void *(TN_CALL *allocate)(void *user, uint64_t size, uint64_t alignment);
  void(TN_CALL *release)(void *user,
                         void *memory); /**< Takes back what `allocate` gave, or NULL. */
  void *allocator_user;                 /**< Handed to both. */
} tn_core_options;

/** Smallest legal `size` of tn_core_options. */
#define TN_CORE_OPTIONS_FIRST_SIZE TN_SIZE_THROUGH(tn_core_options, allocator_user)

/** A tn_core_options with its size and nothing else. */
TN_DEFINE_INIT(tn_core_options)

TN_END_DECLARATIONS

#endif
