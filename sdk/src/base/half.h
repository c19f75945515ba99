/** @file
 *  Numbers of 16 bits: IEEE half precision and bfloat16, as bit patterns. Conversions to them round
 * once, to the nearest with ties to even; conversions from them are exact. NaN stays NaN, with its
 * sign.
 */
#ifndef TENON_BASE_HALF_H
#define TENON_BASE_HALF_H

#include <stdint.h>

/** Half precision to single. */
float tni_f16_to_f32(uint16_t bits);

/** Single to half precision. */
uint16_t tni_f16_from_f32(float number);

/** Double to half precision, without the detour that would round twice. */
uint16_t tni_f16_from_f64(double number);

/** bfloat16 to single. */
float tni_bf16_to_f32(uint16_t bits);

/** Single to bfloat16. */
uint16_t tni_bf16_from_f32(float number);

/** Double to bfloat16, without the detour that would round twice. */
uint16_t tni_bf16_from_f64(double number);

#endif
