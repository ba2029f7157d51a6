/* The inner loops of NumPy's matmul (a @ b) for float32 and float64, in the SIMD of WebAssembly.
 *
 * Pyodide's NumPy has no BLAS: its own loop makes one product at a time and walks down the columns of b, out of the
 * cache. These loops copy both operands into narrow panels and make four (float64: two) products at a time: 10 to 40
 * times faster for the sizes of the book. Each element is still summed in the order of k, from zero, by one
 * multiplication and one addition each, as NumPy does it: so the results have the same bits.
 *
 * Operands of any size, any strides (in bytes, also zero or negative); nothing is needed but malloc and free.
 * build.py compiles this file, __init__.py puts the loops into NumPy.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

typedef intptr_t intp;
void *malloc(size_t);
void free(void *);

/* A matrix: element (i, j) lies at `at + i * down + j * across`. */
typedef struct {
  char *at;
  intp down, across;
} View;

static View transposed(View v) { return (View){v.at, v.across, v.down}; }
static View moved(View v, intp i, intp j) { return (View){v.at + i * v.down + j * v.across, v.down, v.across}; }
static intp smaller(intp a, intp b) { return a < b ? a : b; }

#define ROWS 4                    /* of a tile of the result, which stays in registers; six spill and are slower */
#define DEPTH 512                 /* at most so many k at a time: two panels fit the first cache */
#define PANELS_OF_B (512 * 1024)  /* bytes at most, about: they fit the second cache */

#define T float
#define NAME(name) s##name
#define LANES 4
#define SPLAT wasm_v128_load32_splat
#define MULTIPLY wasm_f32x4_mul
#define ADD wasm_f32x4_add
#include "loop.h"
#undef T
#undef NAME
#undef LANES
#undef SPLAT
#undef MULTIPLY
#undef ADD

#define T double
#define NAME(name) d##name
#define LANES 2
#define SPLAT wasm_v128_load64_splat
#define MULTIPLY wasm_f64x2_mul
#define ADD wasm_f64x2_add
#include "loop.h"
