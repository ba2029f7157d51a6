// The mathematics of the shape tracer: z = aW + b, its gradients, and which entries of the arrays meet in one of them.

export function layer(a, W, b) {
  return a.map((row) => b.map((bias, j) => row.reduce((sum, value, i) => sum + value * W[i][j], bias)));
}

// dW = aᵀδ, db the sum of δ over its rows, da = δWᵀ.
export function gradients(a, W, delta) {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  return {
    dW: W.map((row, i) => row.map((_, j) => sum(a.map((example, n) => example[i] * delta[n][j])))),
    db: W[0].map((_, j) => sum(delta.map((row) => row[j]))),
    da: a.map((row, n) => row.map((_, i) => sum(W[i].map((weight, j) => delta[n][j] * weight)))),
  };
}

// The parts of the arrays that belong to N rows, n_in inputs and n_out outputs.
export function cut({ a, W, b, delta }, rows, inputs, outputs) {
  return {
    delta: delta.slice(0, rows).map((row) => row.slice(0, outputs)),
    a: a.slice(0, rows).map((row) => row.slice(0, inputs)),
    W: W.slice(0, inputs).map((row) => row.slice(0, outputs)),
    b: b.slice(0, outputs),
  };
}

// For the entry at `row`, `column` of one array, a function that says whether an entry of another array meets it: what
// an entry of z is made of, or which entries of z another one reaches and what it is multiplied by on the way. Backward
// the same entries meet: those of δ, in the place of z, and the factors make the gradient of the entry.
export function meets(array, row, column) {
  const never = () => false;
  return {
    z: {
      a: (n) => n === row,
      W: (i, j) => j === column,
      b: (_, j) => j === column,
      z: (n, j) => n === row && j === column,
    },
    a: { a: (n, i) => n === row && i === column, W: (i) => i === column, b: never, z: (n) => n === row },
    W: { a: (_, i) => i === row, W: (i, j) => i === row && j === column, b: never, z: (_, j) => j === column },
    b: { a: never, W: never, b: (_, j) => j === column, z: (_, j) => j === column },
  }[array];
}
