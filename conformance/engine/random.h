/** @file
 *  The suite's random numbers.
 */
#ifndef TENON_CONFORMANCE_RANDOM_H
#define TENON_CONFORMANCE_RANDOM_H

#include <stdint.h>

/** The next number of a sequence that is the same on every machine: splitmix64, as in Steele, Lea
 * and Flood, "Fast splittable pseudorandom number generators" (2014). `state` may begin anywhere.
 */
static inline uint64_t suite_random_next(uint64_t *state) {
  uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

#endif
