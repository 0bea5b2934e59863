// The reference of `npm run bench -- core`: the loops of the kernels in C, one pass over memory for each scheme, vectorized by the compiler
// (`cc -O3 -march=native -fopenmp-simd`). Reads float32 from a file and prints seconds as JSON, the best of several runs.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Partial sums are float over this many elements, double beyond: the same care that the kernels take.
enum { STRETCH = 64 };

typedef struct { double squares, products, max, outside; } sums;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static inline __attribute__((always_inline)) void affine(
    const float *x, size_t n, float scale, float low, float high, float hi, int counting, sums *to) {
  float most = 0;
  int64_t outside = 0;
  for (size_t start = 0; start < n; start += STRETCH) {
    const size_t end = start + STRETCH < n ? start + STRETCH : n;
    float s2 = 0, sx = 0;
    int out = 0;
#pragma omp simd reduction(+ : s2, sx, out) reduction(max : most)
    for (size_t i = start; i < end; i++) {
      const float v = x[i];
      float q = rintf(v / scale);
      if (counting) {
        q = q > high ? high : q;
        q = q < low ? low : q;
      }
      const float e = q * scale - v;
      const float ee = e * e;
      s2 += ee;
      sx += v * e;
      most = ee > most ? ee : most;
      if (counting) out += fabsf(v) > hi;
    }
    to->squares += s2;
    to->products += sx;
    outside += out;
  }
  to->max = most > to->max ? most : to->max;
  to->outside += outside;
}

static inline float rounded(float a, uint32_t least, uint32_t up, float largest) {
  uint32_t bits;
  memcpy(&bits, &a, 4);
  bits &= 0x7f800000;
  bits = (bits > least ? bits : least) + up;
  float m;
  memcpy(&m, &bits, 4);
  const float q = (a + m) - m;
  return q < largest ? q : largest;
}

static inline __attribute__((always_inline)) void floating(
    const float *x, size_t n, int bias, int mantissa, float largest, float hi, int counting, sums *to) {
  const uint32_t least = (uint32_t)(1 - bias + 127) << 23, up = (uint32_t)(23 - mantissa) << 23;
  float most = 0;
  int64_t outside = 0;
  for (size_t start = 0; start < n; start += STRETCH) {
    const size_t end = start + STRETCH < n ? start + STRETCH : n;
    float s2 = 0, sx = 0;
    int out = 0;
#pragma omp simd reduction(+ : s2, sx, out) reduction(max : most)
    for (size_t i = start; i < end; i++) {
      const float v = x[i], b = fabsf(v);
      const float e = rounded(b, least, up, largest) - b;
      const float ee = e * e;
      s2 += ee;
      sx += b * e;
      most = ee > most ? ee : most;
      if (counting) out += b > hi;
    }
    to->squares += s2;
    to->products += sx;
    outside += out;
  }
  to->max = most > to->max ? most : to->max;
  to->outside += outside;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  FILE *file = fopen(argv[1], "rb");
  const size_t channels = strtoul(argv[2], 0, 10), n = strtoul(argv[3], 0, 10), total = channels * n;
  float *x = malloc(total * 4);
  if (!file || fread(x, 4, total, file) != total) return 2;
  fclose(file);
  volatile double sink = 0;
  const char *comma = "{";
  for (int bits = 2; bits <= 8; bits++) {
    const float top = (float)((1 << (bits - 1)) - 1), clip = 0.4f, scale = clip / top;
    for (int channelwise = 0; channelwise < 2; channelwise++) {
      double best = 1e9;
      for (int run = 0; run < 7; run++) {
        sums s = {0};
        const double from = now();
        if (channelwise)
          for (size_t c = 0; c < channels; c++) affine(x + c * n, n, scale, -top, top, clip, 1, &s);
        else affine(x, total, scale, -top, top, clip, 0, &s);
        const double seconds = now() - from;
        sink += s.squares + s.products + s.max + s.outside;
        best = seconds < best ? seconds : best;
      }
      printf("%s\"int%d/%s\":%.6f", comma, bits, channelwise ? "channel" : "tensor", best);
      comma = ",";
    }
  }
  const int bias[2] = {127, 15}, mantissa[2] = {7, 10};
  const float largest[2] = {3.3895314e38f, 65504.f};
  for (int f = 0; f < 2; f++) {
    double best = 1e9;
    for (int run = 0; run < 7; run++) {
      sums s = {0};
      const double from = now();
      if (f) floating(x, total, bias[f], mantissa[f], largest[f], largest[f], 1, &s);
      else floating(x, total, bias[f], mantissa[f], largest[f], largest[f], 0, &s);
      const double seconds = now() - from;
      sink += s.squares + s.products + s.max + s.outside;
      best = seconds < best ? seconds : best;
    }
    printf(",\"%s\":%.6f", f ? "fp16" : "bf16", best);
  }
  printf("}\n");
  return 0;
}
