#include "engine/long_model.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static const long_work most = {2048, 2048}, least = {64, 8};

static double amount(long_work work) {
  const double extent = (double)work.extent;
  return extent * extent * extent * (double)work.products;
}

Test(long_model, grows_by_at_most_what_is_asked_for) {
  for (double factor = 2; factor <= 64; factor *= 1.3) {
    const double grown = amount(long_work_enlarge(least, factor, most, 3)) / amount(least);
    cr_assert(le(dbl, grown, factor + 1e-9));
    cr_assert(ge(dbl, grown, factor * 0.8));
  }
}

Test(long_model, never_grows_by_more_than_64_at_once) {
  cr_assert(le(dbl, amount(long_work_enlarge(least, 1e9, most, 3)), 64 * amount(least)));
}

Test(long_model, grows_in_matrices_before_products_and_ends_at_the_most) {
  long_work work = least;
  for (int i = 0; i < 3; i++)
    work = long_work_enlarge(work, 64, most, 3);
  cr_assert(eq(i64, work.extent, 2048));
  cr_assert(lt(i64, work.products, 128));
  for (int i = 0; i < 3; i++)
    work = long_work_enlarge(work, 64, most, 3);
  cr_assert(eq(i64, work.products, 2048));
  const long_work again = long_work_enlarge(work, 64, most, 3);
  cr_assert(eq(i64, again.extent, 2048));
  cr_assert(eq(i64, again.products, 2048));
}

Test(long_model, grows_in_products_where_matrices_may_not) {
  const long_work grown = long_work_enlarge(least, 8, (long_work){64, 2048}, 3);
  cr_assert(eq(i64, grown.extent, 64));
  cr_assert(eq(i64, grown.products, 64));
}

Test(long_model, grows_by_the_power_that_time_grows_with) {
  const long_work grown = long_work_enlarge((long_work){16, 8}, 8, (long_work){16384, 8}, 1);
  cr_assert(eq(i64, grown.extent, 128));
  cr_assert(eq(i64, grown.products, 8));
}

Test(long_model, what_has_one_extent_grows_in_number) {
  const long_work grown = long_work_enlarge((long_work){1, 8}, 64, (long_work){1, 64}, 1);
  cr_assert(eq(i64, grown.extent, 1));
  cr_assert(eq(i64, grown.products, 64));
}
