/* One loop of matmul for numbers of type T; products.c includes this file once for each type. */

#define SIZE ((intp)sizeof(T))
#define COLUMNS (2 * LANES) /* of a tile: two registers */
#define LOAD(p) wasm_v128_load(p)
#define STORE(p, x) wasm_v128_store(p, x)
#define ZERO wasm_i32x4_const(0, 0, 0, 0)
#define ELEMENT(v, i, j) (*(T *)((v).at + (i) * (v).down + (j) * (v).across))
#define MADD(x, y, sum) ADD(sum, MULTIPLY(x, y)) /* rounds twice, as NumPy does */
#define OUT_OF_LINE static __attribute__((noinline))
#define IN_LINE static inline __attribute__((always_inline))

/* out = a b, one element after the other: for small sizes, and where there is no room for panels. */
OUT_OF_LINE void NAME(plain)(View a, View b, View out, intp n, intp k, intp m) {
  for (intp i = 0; i < n; i++)
    for (intp j = 0; j < m; j++) {
      T sum = 0;
      for (intp l = 0; l < k; l++) sum += ELEMENT(a, i, l) * ELEMENT(b, l, j);
      ELEMENT(out, i, j) = sum;
    }
}

/* From LANES rows, `down` bytes apart, the LANES columns. */
IN_LINE void NAME(columns)(const char *p, intp down, v128_t *column) {
#if LANES == 4
  v128_t r0 = LOAD(p), r1 = LOAD(p + down), r2 = LOAD(p + 2 * down), r3 = LOAD(p + 3 * down);
  v128_t left01 = wasm_i32x4_shuffle(r0, r1, 0, 4, 1, 5), right01 = wasm_i32x4_shuffle(r0, r1, 2, 6, 3, 7);
  v128_t left23 = wasm_i32x4_shuffle(r2, r3, 0, 4, 1, 5), right23 = wasm_i32x4_shuffle(r2, r3, 2, 6, 3, 7);
  column[0] = wasm_i64x2_shuffle(left01, left23, 0, 2);
  column[1] = wasm_i64x2_shuffle(left01, left23, 1, 3);
  column[2] = wasm_i64x2_shuffle(right01, right23, 0, 2);
  column[3] = wasm_i64x2_shuffle(right01, right23, 1, 3);
#else
  v128_t r0 = LOAD(p), r1 = LOAD(p + down);
  column[0] = wasm_i64x2_shuffle(r0, r1, 0, 2);
  column[1] = wasm_i64x2_shuffle(r0, r1, 1, 3);
#endif
}

/* panel[l * width + i] = v[i, l] for i < n and l < k. Where n < width, the rest is zero. */
OUT_OF_LINE void NAME(pack)(View v, intp n, intp k, intp width, T *panel) {
  if (n < width)
    for (intp at = 0; at < k * width; at++) panel[at] = 0;
  if (v.across == SIZE) { /* rows lie close: turn square blocks of them in registers */
    intp i = 0, square = k - k % LANES;
    for (; i + LANES <= n; i += LANES)
      for (intp l = 0; l < square; l += LANES) {
        v128_t column[LANES];
        NAME(columns)(&v.at[i * v.down + l * SIZE], v.down, column);
        for (int q = 0; q < LANES; q++) STORE(&panel[(l + q) * width + i], column[q]);
      }
    for (intp done = 0; done < i; done++)
      for (intp l = square; l < k; l++) panel[l * width + done] = ELEMENT(v, done, l);
    for (; i < n; i++)
      for (intp l = 0; l < k; l++) panel[l * width + i] = ELEMENT(v, i, l);
  } else if (v.down == SIZE && n == COLUMNS) { /* columns lie close: copy them */
    for (intp l = 0; l < k; l++, v.at += v.across, panel += width) {
      STORE(panel, LOAD(v.at));
      STORE(panel + LANES, LOAD(v.at + 16));
    }
  } else if (v.down == SIZE && n == LANES) {
    for (intp l = 0; l < k; l++, v.at += v.across, panel += width) STORE(panel, LOAD(v.at));
  } else {
    for (intp l = 0; l < k; l++)
      for (intp i = 0; i < n; i++) panel[l * width + i] = ELEMENT(v, i, l);
  }
}

/* A tile of the result, rows × COLUMNS, from a panel of a and COLUMNS columns of b; onto what is there, or afresh. */
IN_LINE void NAME(tile)(int rows, intp k, const T *a, const char *b, intp b_down, char *out, intp out_down, int onto) {
  v128_t left[ROWS], right[ROWS];
#pragma unroll
  for (int i = 0; i < rows; i++) {
    left[i] = onto ? LOAD(out + i * out_down) : ZERO;
    right[i] = onto ? LOAD(out + i * out_down + 16) : ZERO;
  }
  for (; k > 0; k--, a += rows, b += b_down) {
    v128_t b_left = LOAD(b), b_right = LOAD(b + 16);
#pragma unroll
    for (int i = 0; i < rows; i++) {
      v128_t x = SPLAT(a + i);
      left[i] = MADD(x, b_left, left[i]);
      right[i] = MADD(x, b_right, right[i]);
    }
  }
#pragma unroll
  for (int i = 0; i < rows; i++) {
    STORE(out + i * out_down, left[i]);
    STORE(out + i * out_down + 16, right[i]);
  }
}

#define TILE(rows)                                                                                                  \
  OUT_OF_LINE void NAME(tile##rows)(intp k, const T *a, const char *b, intp b_down, char *out, intp down, int onto) { \
    NAME(tile)(rows, k, a, b, b_down, out, down, onto);                                                             \
  }
TILE(1) TILE(2) TILE(3) TILE(4)

/* out = x b for a vector x whose elements are `step` bytes apart. Every sum is taken in the order of l. */
OUT_OF_LINE void NAME(vector)(const char *x, intp step, View b, char *out, intp out_step, intp k, intp m) {
  intp j = 0;
  while (j + LANES <= m && (b.across == SIZE || b.down == SIZE)) {
    int groups = j + 4 * LANES <= m ? 4 : 1; /* of LANES elements of the result at once */
    v128_t sum[4] = {ZERO, ZERO, ZERO, ZERO};
    const char *from = x, *column = b.at + j * b.across;
    intp l = 0;
    if (b.across == SIZE) { /* rows lie close */
      if (groups == 4)
        for (; l < k; l++, column += b.down, from += step) {
          v128_t s = SPLAT(from);
#pragma unroll
          for (int g = 0; g < 4; g++) sum[g] = MADD(s, LOAD(column + 16 * g), sum[g]);
        }
      else
        for (; l < k; l++, column += b.down, from += step) sum[0] = MADD(SPLAT(from), LOAD(column), sum[0]);
    } else { /* columns lie close: turn square blocks of them in registers */
      for (; l + LANES <= k; l += LANES, column += 16) {
        v128_t s[LANES];
        for (int q = 0; q < LANES; q++, from += step) s[q] = SPLAT(from);
        for (int g = 0; g < groups; g++) {
          v128_t row[LANES];
          NAME(columns)(column + g * LANES * b.across, b.across, row);
          for (int q = 0; q < LANES; q++) sum[g] = MADD(s[q], row[q], sum[g]);
        }
      }
    }
    T sums[4 * LANES];
    for (int g = 0; g < 4; g++) STORE(&sums[g * LANES], sum[g]);
    for (int i = 0; i < groups * LANES; i++, j++) {
      const char *last = from;
      for (intp rest = l; rest < k; rest++, last += step) sums[i] += *(const T *)last * ELEMENT(b, rest, j);
      *(T *)(out + j * out_step) = sums[i];
    }
  }
  NAME(plain)((View){(char *)x, 0, step}, moved(b, 0, j), (View){out + j * out_step, 0, out_step}, 1, k, m - j);
}

/* How a product is cut: `depth` of k and `width` columns of b at a time. */
typedef struct {
  intp depth, width;
} NAME(Cut);

static NAME(Cut) NAME(cut)(intp k, intp m) {
  intp blocks = (k + DEPTH - 1) / DEPTH, depth = (k + blocks - 1) / blocks;
  intp width = PANELS_OF_B / SIZE / depth / COLUMNS * COLUMNS;
  return (NAME(Cut)){depth, smaller(width, (m + COLUMNS - 1) / COLUMNS * COLUMNS)};
}

/* out = a b by tiles; `room` holds the panels of b, and behind them one panel of a. */
static void NAME(blocks)(View a, View b, View out, intp n, intp k, intp m, NAME(Cut) cut, T *room) {
  T *panel_of_a = room + cut.depth * cut.width;
  /* Rows of b that lie close are not worth a copy for few rows of a. */
  int copy_all = b.across != SIZE || n > 2 * ROWS;
  for (intp column = 0; column < m; column += cut.width)
    for (intp l = 0; l < k; l += cut.depth) {
      intp width = smaller(m - column, cut.width), depth = smaller(k - l, cut.depth);
      View part = moved(b, l, column);
      for (intp j = 0; j < width; j += COLUMNS)
        if (copy_all || width - j < COLUMNS)
          NAME(pack)(transposed(moved(part, 0, j)), smaller(width - j, COLUMNS), depth, COLUMNS, room + j * depth);
      for (intp i = 0; i < n; i += ROWS) {
        intp rows = smaller(n - i, ROWS);
        NAME(pack)(moved(a, i, l), rows, depth, rows, panel_of_a);
        for (intp j = 0; j < width; j += COLUMNS) {
          intp columns = smaller(width - j, COLUMNS);
          int copied = copy_all || columns < COLUMNS;
          const char *from = copied ? (char *)(room + j * depth) : moved(part, 0, j).at;
          intp from_down = copied ? COLUMNS * SIZE : b.down;
          /* A tile that does not fit the result is made beside it. */
          View to = moved(out, i, column + j);
          T beside[ROWS * COLUMNS];
          View made = {(char *)beside, COLUMNS * SIZE, SIZE};
          int fits = columns == COLUMNS && out.across == SIZE, onto = l > 0;
          if (fits) made = to;
          if (!fits && onto)
            for (intp r = 0; r < rows; r++)
              for (intp c = 0; c < columns; c++) ELEMENT(made, r, c) = ELEMENT(to, r, c);
          switch (rows) {
            case 1: NAME(tile1)(depth, panel_of_a, from, from_down, made.at, made.down, onto); break;
            case 2: NAME(tile2)(depth, panel_of_a, from, from_down, made.at, made.down, onto); break;
            case 3: NAME(tile3)(depth, panel_of_a, from, from_down, made.at, made.down, onto); break;
            default: NAME(tile4)(depth, panel_of_a, from, from_down, made.at, made.down, onto);
          }
          if (!fits)
            for (intp r = 0; r < rows; r++)
              for (intp c = 0; c < columns; c++) ELEMENT(to, r, c) = ELEMENT(made, r, c);
        }
      }
    }
}

/* NumPy's signature of an inner loop: `args` and the first three steps are of a, b, out and the outer dimension,
 * `size` is the outer dimension, n, k, m; the other six steps are those of the three matrices. */
__attribute__((visibility("default"))) void NAME(matmul)(char **args, const intp *size, const intp *step, void *data) {
  View a = {args[0], step[3], step[4]}, b = {args[1], step[5], step[6]}, out = {args[2], step[7], step[8]};
  intp a_step = step[0], b_step = step[1], n = size[1], k = size[2], m = size[3];
  if (n <= 0 || m <= 0) return;
  T *room = NULL;
  NAME(Cut) cut = {0, 0};
  if (n > 1 && m > 1 && k > 0 && (int64_t)n * m * k > 64) {
    if (out.across != SIZE && out.down == SIZE) { /* the transpose of the result lies close: make that one */
      View turned = transposed(a);
      a = transposed(b), b = turned, out = transposed(out);
      a_step = step[1], b_step = step[0], n = size[3], m = size[1];
    }
    cut = NAME(cut)(k, m);
    room = malloc((size_t)(cut.depth * (cut.width + ROWS)) * SIZE);
  }
  for (intp o = 0; o < size[0]; o++, a.at += a_step, b.at += b_step, out.at += step[2]) {
    if (room)
      NAME(blocks)(a, b, out, n, k, m, cut, room);
    else if (n == 1 && m > 1)
      NAME(vector)(a.at, a.across, b, out.at, out.across, k, m);
    else if (m == 1 && n > 1)
      NAME(vector)(b.at, b.down, transposed(a), out.at, out.down, k, n);
    else
      NAME(plain)(a, b, out, n, k, m);
  }
  free(room);
}

#undef SIZE
#undef COLUMNS
#undef LOAD
#undef STORE
#undef ZERO
#undef ELEMENT
#undef MADD
#undef OUT_OF_LINE
#undef IN_LINE
#undef TILE
