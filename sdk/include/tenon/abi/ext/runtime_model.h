/** @file
 *  Extension "tn.runtime_model/1" of a compiled model: what really runs.
 */
#ifndef TENON_ABI_EXT_RUNTIME_MODEL_H
#define TENON_ABI_EXT_RUNTIME_MODEL_H

#include "tenon/abi/compiled_model.h"

TN_BEGIN_DECLARATIONS

/** Id of tn_runtime_model_api. */
#define TN_EXTENSION_RUNTIME_MODEL "tn.runtime_model/1"

/** @name Attributes of the nodes of a runtime model
 *  Every node has all of them (TN_RUNTIME_MODEL_006). A precision that is a real type is no
 * narrower than the inference precision of the compiled model, nor than whole numbers that the node
 * gives (TN_RUNTIME_MODEL_005).
 *  @{ */
#define TN_RUNTIME_KERNEL \
  "runtime_kernel" /**< STRING: what runs the node, in the plugin's words. */
#define TN_RUNTIME_PRECISION                                                                      \
  "runtime_precision" /**< STRING: ONNX's name of the type it computes in (TN_RUNTIME_MODEL_005). \
                       */
#define TN_RUNTIME_ORDER "runtime_order" /**< INT: place in the order of execution, from 0. */
/** @} */

/** Functions of the extension. */
typedef struct tn_runtime_model_api {
  uint32_t size;     /**< Bytes of this table. */
  uint32_t reserved; /**< 0. */
  /** Gives a model whose nodes are those that run, in topological order as in any model
   * (TN_RUNTIME_MODEL_001), and whose inputs and outputs are the ports (TN_RUNTIME_MODEL_002). Each
   * node tells the original nodes that it stands for as its origins; none is missing that was not
   * folded or removed (TN_RUNTIME_MODEL_003).
   *  @param out receives one reference; the model is valid until that is given back, also when the
   * compiled model is destroyed before (TN_RUNTIME_MODEL_004)
   *  @return TN_OK, TN_OUT_OF_MEMORY */
  tn_status(TN_CALL *get)(tn_compiled_model *model, tn_model **out,
                          tn_error *error) TN_ANY_THREAD TN_MAY_BLOCK;
} tn_runtime_model_api;

/** Smallest legal `size` of tn_runtime_model_api. */
#define TN_RUNTIME_MODEL_API_FIRST_SIZE TN_SIZE_THROUGH(tn_runtime_model_api, get)

TN_END_DECLARATIONS

#endif
