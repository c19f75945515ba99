/** @file
 *  The author's kit: a static library that gives a plugin all that is the same in every plugin.
 *
 *  The author writes one table, tn_kit_plugin, with functions that know the device, and hands it to
 * tn_kit_create. The kit makes the objects of the binary interface and keeps its rules: it checks
 * arguments and options, keeps properties, numbers ports, makes tensors, runs inferences
 * asynchronously in stages, and counts what outlives the plugin. `reference-plugins/minimal` is the
 * smallest plugin made with it, `reference-plugins/template` one that uses all of it.
 *
 *  The kit is no part of the binary interface: it is compiled into the plugin, and its structs may
 * change from release to release.
 */
#ifndef TENON_KIT_H
#define TENON_KIT_H

#include "tenon/kit/container.h"
#include "tenon/kit/error.h"
#include "tenon/kit/graph.h"
#include "tenon/kit/onnx.h"
#include "tenon/kit/options.h"
#include "tenon/kit/plugin.h"
#include "tenon/kit/property.h"
#include "tenon/kit/reference.h"
#include "tenon/kit/request.h"

#endif
