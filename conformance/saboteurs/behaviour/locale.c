/* ends-as: FAIL TN_INFER_013 */
/* The locale is another one. */
#include <locale.h>
#include "behaviour.h"

static void misbehave(tn_infer_request *request) {
  (void)request;
  if (!setlocale(LC_ALL, "C.UTF-8")) abort();
}
