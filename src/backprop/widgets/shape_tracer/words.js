// What the shape tracer says, in the reader's language.
export const STRINGS = {
  en: {
    rows: "N, rows of a",
    inputs: "n_in, columns of a",
    outputs: "n_out, columns of W",
    shapes: "({N}, {i}) @ ({i}, {j}) + ({j},) → ({N}, {j})",
    shapesBack:
      "dW = aᵀδ: ({i}, {N}) @ ({N}, {j}) → ({i}, {j})\ndb = Σ δ: ({N}, {j}) → ({j},)\n" +
      "da = δWᵀ: ({N}, {j}) @ ({j}, {i}) → ({N}, {i})",
    grid: "{name}, shape {shape}",
    entry: "{name} row {row}, column {column}: {value}",
    bias: "b, entry {column}: {value}",
    gradient: "{label}, gradient {value}",
    zBack:
      "δ[{row}, {column}] goes into column {column} of dW, times row {row} of a; into db[{column}]; and into row " +
      "{row} of da, times column {column} of W.",
    aBack: "da[{row}, {column}]: row {row} of δ meets row {column} of W. No other row of δ comes in.",
    WBack: "dW[{row}, {column}]: column {row} of a meets column {column} of δ, example by example.",
    bBack: "db[{column}]: column {column} of δ is added up, over all examples.",
    legend: "Above in each entry its value, below, in red, the gradient. The gradient of z is δ. ",
    z: "z[{row}, {column}]: row {row} of a meets column {column} of W, and b[{column}] is added.",
    a:
      "a[{row}, {column}] goes into every entry of row {row} of z, times row {column} of W. No other row of z " +
      "sees it.",
    W: "W[{row}, {column}] goes into column {column} of z, in every row: once per example, times column {row} of a.",
    b: "b[{column}] is added to column {column} of z, in every row: that is broadcasting.",
    how: "Point at an entry or tap it; with the keyboard: Tab to an array, then the arrow keys.",
  },
  zh: {
    rows: "N，a 的行数",
    inputs: "n_in，a 的列数",
    outputs: "n_out，W 的列数",
    shapes: "({N}, {i}) @ ({i}, {j}) + ({j},) → ({N}, {j})",
    shapesBack:
      "dW = aᵀδ: ({i}, {N}) @ ({N}, {j}) → ({i}, {j})\ndb = Σ δ: ({N}, {j}) → ({j},)\n" +
      "da = δWᵀ: ({N}, {j}) @ ({j}, {i}) → ({N}, {i})",
    grid: "{name}，形状 {shape}",
    entry: "{name} 第 {row} 行第 {column} 列：{value}",
    bias: "b 的第 {column} 个元素：{value}",
    gradient: "{label}，梯度 {value}",
    zBack:
      "δ[{row}, {column}] 进入 dW 的第 {column} 列，乘以 a 的第 {row} 行；进入 db[{column}]；" +
      "还进入 da 的第 {row} 行，乘以 W 的第 {column} 列。",
    aBack: "da[{row}, {column}]：δ 的第 {row} 行与 W 的第 {column} 行相遇。δ 的其他行不参与。",
    WBack: "dW[{row}, {column}]：a 的第 {row} 列与 δ 的第 {column} 列相遇，逐个样本相乘。",
    bBack: "db[{column}]：δ 的第 {column} 列，对所有样本相加。",
    legend: "每个元素里，上面是数值，下面红色的是梯度。z 的梯度就是 δ。",
    z: "z[{row}, {column}]：a 的第 {row} 行与 W 的第 {column} 列相遇，再加上 b[{column}]。",
    a: "a[{row}, {column}] 进入 z 第 {row} 行的每个元素，乘以 W 的第 {column} 行。z 的其他行看不到它。",
    W: "W[{row}, {column}] 进入 z 第 {column} 列的每一行：每个样本一次，乘以 a 的第 {row} 列。",
    b: "b[{column}] 加到 z 第 {column} 列的每一行：这就是广播。",
    how: "指着或点一下某个元素；用键盘：按 Tab 移到一个数组，再按方向键。",
  },
};
