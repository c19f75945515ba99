#include "engine/hygiene.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/status.h"

/* SA_RESTORER, which the C library sets when an action is put back and does not name. */
static const uint64_t RESTORER = 0x04000000;

#if defined(__x86_64__)
#include <xmmintrin.h>
/* Of the vector unit without its status flags (low six bits), which any arithmetic raises, and
 * above it that of the x87, whose flags stand elsewhere. */
static uint64_t control_bits(void) {
  uint16_t x87 = 0;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  return (uint64_t)x87 << 32 | (_mm_getcsr() & ~UINT32_C(0x3f));
}
static void set_control_bits(uint64_t bits) {
  const uint16_t x87 = (uint16_t)(bits >> 32);
  _mm_setcsr((uint32_t)bits);
  __asm__ volatile("fldcw %0" : : "m"(x87));
}
#elif defined(__aarch64__)
/* The flags that arithmetic raises stand in a register of their own, FPSR. */
static uint64_t control_bits(void) {
  uint64_t bits = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(bits));
  return bits;
}
static void set_control_bits(uint64_t bits) {
  __asm__ volatile("msr fpcr, %0" : : "r"(bits));
}
#else
static uint64_t control_bits(void) {
  return 0;
}
static void set_control_bits(uint64_t bits) {
  (void)bits;
}
#endif

extern char **environ;

static uint64_t add_to_checksum(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return sum ^ sum >> 32;
}

/* Eight bytes at a time: there is much of it, and it is read several times in every case. */
static uint64_t environment_checksum(void) {
  uint64_t sum = UINT64_C(14695981039346656037);
  for (char **entry = environ; *entry; entry++) {
    const size_t length = strlen(*entry);
    sum = add_to_checksum(sum, length);
    for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
      uint64_t word = 0;
      memcpy(&word, *entry + at, length - at < sizeof word ? length - at : sizeof word);
      sum = add_to_checksum(sum, word);
    }
  }
  return sum;
}

/* The numbers behind the named signals and below the first of real time belong to the C library,
 * which takes them when it needs them. */
enum { FIRST_OF_LIBRARY = 32 };

/* Past the C library, which copies and translates: there are 62 of them for every case. */
static void take_actions(hygiene_action *actions, int from, int to) {
  for (int i = from; i < to; i++)
    syscall(SYS_rt_sigaction, i, NULL, &actions[i], sizeof(uint64_t));
}

static void restore_actions(const hygiene_action *actions) {
  const int first = SIGRTMIN;
  for (int i = 1; i < HYGIENE_SIGNALS; i++)
    if (i < FIRST_OF_LIBRARY || i >= first)
      syscall(SYS_rt_sigaction, i, &actions[i], NULL, sizeof(uint64_t));
}

static long file_bytes(int descriptor) {
  struct stat status;
  fflush(stdout);
  return fstat(descriptor, &status) == 0 ? (long)status.st_size : -1;
}

void hygiene_take(hygiene *picture, int output) {
  memset(picture->actions, 0, sizeof picture->actions);
  take_actions(picture->actions, SIGRTMIN, HYGIENE_SIGNALS);
  hygiene_take_again(picture, picture, output);
}

void hygiene_take_again(hygiene *picture, const hygiene *last, int output) {
  if (picture != last) memcpy(picture->actions, last->actions, sizeof picture->actions);
  take_actions(picture->actions, 1, FIRST_OF_LIBRARY);
  memset(&picture->mask, 0, sizeof picture->mask);
  picture->is_taken = 1;
  pthread_sigmask(SIG_SETMASK, NULL, &picture->mask);
  fegetenv(&picture->floating);
  picture->rounding = fegetround();
  picture->control = control_bits();
  picture->environment = environment_checksum();
  snprintf(picture->locale, sizeof picture->locale, "%s", setlocale(LC_ALL, NULL));
  picture->locale_of_thread = uselocale((locale_t)0);
  if (!getcwd(picture->directory, sizeof picture->directory)) picture->directory[0] = 0;
  picture->output_bytes = file_bytes(output);
}

void hygiene_go_on(hygiene *picture, int output) {
  if (picture->is_taken)
    picture->output_bytes = file_bytes(output);
  else
    hygiene_take(picture, output);
}

static int same_actions(const hygiene_action *before, const hygiene_action *after, int from) {
  for (int i = from; i < HYGIENE_SIGNALS; i++) {
    const hygiene_action *a = &before[i], *b = &after[i];
    if (a->handler != b->handler || ((a->flags ^ b->flags) & ~RESTORER) || a->mask != b->mask)
      return 0;
  }
  return 1;
}

int hygiene_keeps_real_time(const hygiene *picture) {
  hygiene_action now[HYGIENE_SIGNALS];
  const int first = SIGRTMIN;
  take_actions(now, first, HYGIENE_SIGNALS);
  return same_actions(picture->actions, now, first);
}

uint32_t hygiene_compare(const hygiene *before, const hygiene *after, hygiene_change *changes,
                         uint32_t capacity) {
  const uint32_t kept = TNI_CLAUSE(INFER, 13);
  const struct {
    int changed;
    hygiene_change change;
  } rows[] = {
      {!same_actions(before->actions, after->actions, 1), {"a signal handler was changed", kept}},
      {memcmp(&before->mask, &after->mask, sizeof before->mask) != 0,
       {"the mask of signals was changed", kept}},
      {before->rounding != after->rounding, {"the rounding mode was changed", kept}},
      {before->control != after->control, {"the floating-point control state was changed", kept}},
      {before->environment != after->environment, {"the environment was changed", kept}},
      {strcmp(before->locale, after->locale) != 0, {"the locale was changed", kept}},
      {before->locale_of_thread != after->locale_of_thread,
       {"the locale of the thread was changed", kept}},
      {strcmp(before->directory, after->directory) != 0,
       {"the working directory was changed", kept}},
      {before->output_bytes != after->output_bytes,
       {"something was written to standard output", TNI_CLAUSE(ERROR, 9)}},
  };
  uint32_t count = 0;
  for (size_t i = 0; i < sizeof rows / sizeof *rows && count < capacity; i++)
    if (rows[i].changed) changes[count++] = rows[i].change;
  return count;
}

void hygiene_restore(const hygiene *picture) {
  restore_actions(picture->actions);
  pthread_sigmask(SIG_SETMASK, &picture->mask, NULL);
  fesetenv(&picture->floating);
  set_control_bits(picture->control);
  setlocale(LC_ALL, picture->locale);
  uselocale(picture->locale_of_thread);
  if (picture->directory[0] && chdir(picture->directory) != 0)
    return; /* it is gone: nothing to go back to */
}
