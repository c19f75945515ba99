/** @file
 *  The whole binary interface between host and plugin. Plugins include this header alone.
 *
 *  These headers describe major version 1 of the interface (TN_MAJOR). Within a major version
 * structs and tables only grow at their ends, as their `size` tells; what is called frozen here
 * stays the same across all of them. Both are promised from release 1.0 of Tenon on: until then a
 * mistake may still be mended, and CHANGELOG.md names it.
 *
 *  References in the form TN_AREA_NNN name clauses of the contract, which `tenon-conformance
 * --explain TN_AREA_NNN` prints. Each stands behind the sentence, or the part of one, that promises
 * it. */
#ifndef TENON_ABI_H
#define TENON_ABI_H

#include "tenon/abi/compiled_model.h"
#include "tenon/abi/device.h"
#include "tenon/abi/element_type.h"
#include "tenon/abi/ext/batch.h"
#include "tenon/abi/ext/core.h"
#include "tenon/abi/ext/export.h"
#include "tenon/abi/ext/fault.h"
#include "tenon/abi/ext/handles.h"
#include "tenon/abi/ext/import.h"
#include "tenon/abi/ext/profiling.h"
#include "tenon/abi/ext/remote.h"
#include "tenon/abi/ext/runtime_model.h"
#include "tenon/abi/ext/states.h"
#include "tenon/abi/ext/targets.h"
#include "tenon/abi/host.h"
#include "tenon/abi/infer_request.h"
#include "tenon/abi/model.h"
#include "tenon/abi/object.h"
#include "tenon/abi/option.h"
#include "tenon/abi/platform.h"
#include "tenon/abi/plugin.h"
#include "tenon/abi/property.h"
#include "tenon/abi/remote_context.h"
#include "tenon/abi/status.h"
#include "tenon/abi/string.h"
#include "tenon/abi/tensor.h"
#include "tenon/abi/value.h"

#endif
