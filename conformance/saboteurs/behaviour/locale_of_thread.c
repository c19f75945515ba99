/* ends-as: FAIL TN_INFER_013 */
/* The locale of the calling thread is another one; that of the process stays. */
#include <locale.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  static locale_t made;
  (void)request;
  if (!made) made = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
  if (!made) abort();
  uselocale(made);
}
