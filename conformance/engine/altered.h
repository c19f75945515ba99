/** @file
 *  Models of the list, altered: with other names, constants or types, cut, or counted.
 */
#ifndef TENON_CONFORMANCE_ALTERED_H
#define TENON_CONFORMANCE_ALTERED_H

#include "engine/check.h"
#include "graph/graph.h"

/** Builds a model of the list, lets `alter` change a copy, and freezes it.
 *  @param alter may be NULL
 *  @return the model, released after the check; NULL after a note */
tn_model *altered_model(test *t, const char *name,
                        tn_status (*alter)(tni_model *model, void *user, tn_error *error),
                        void *user);

/** The part of a model that consists of the nodes for which `keep` answers true: what they take
 * from others become inputs, what others take from them outputs. NULL after a note. */
tn_model *altered_part(test *t, const char *name, bool (*keep)(void *user, const tn_node *node),
                       void *user);

/** @name Alterations for altered_model
 *  @{ */
/** Gives every node, value and the model another name. */
tn_status alter_names(tni_model *model, void *user, tn_error *error);
/** Gives every real constant other elements; integer ones stay, since they may be shapes. */
tn_status alter_constants(tni_model *model, void *user, tn_error *error);
/** Gives every constant bytes that lie at an odd address. */
tn_status alter_alignment(tni_model *model, void *user, tn_error *error);
/** Gives every value that is no constant the element type at `user` (uint32_t). */
tn_status alter_types(tni_model *model, void *user, tn_error *error);
/** Gives every node of the domain "" the version at `user` (uint32_t). */
tn_status alter_versions(tni_model *model, void *user, tn_error *error);
/** @} */

/** A model that counts its references. */
typedef struct counted_model {
  tn_model base; /**< First: hand it to the plugin. */
  struct counted_parts *parts;
} counted_model;

/** Makes one with one reference, for the caller to release with tn_model_release. When the last
 * reference is given back, what is reached from it is made unreadable, so that reading it later
 * ends the process. The struct itself lives until the check returns. NULL after a note. */
counted_model *counted_model_create(test *t, const char *name);

/** As counted_model_create, altered before it is frozen: `alter` may write to everything that it
 * reaches from the graph, which is copied, but for tensors and attributes. */
counted_model *counted_model_create_altered(test *t, const char *name,
                                            void (*alter)(tn_graph *graph));

/** References that are held at present. */
long counted_model_references(const counted_model *model);

#endif
