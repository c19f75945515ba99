/* The carrier: the model that nearly every other case runs. */
#include "engine/check.h"

#define TN_GROUP "query"

TN_CHECK(query_accepts_a_carrier, COMPILE, 1, 0,
         "query accepts a model of the ladder, or that of --carrier, as a whole, and it compiles") {
  const bool found = t->setup->carrier[0] != 0;
  EXPECT_THAT(
      found,
      "query accepts a model of the ladder (single operators in f32, f16, i8 and i32, small "
      "networks, dynamic shapes), or the one given with --carrier");
  if (found) EXPECT(test_compile(t, "carrier") != NULL);
}
