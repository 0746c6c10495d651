// Plane geometry of outlines, the same rules as yuhang/geometry.py: which edges cross, whether there is any area. Corners are [x, y].
const outlines = (() => {
  const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  const same = (a, b) => a[0] === b[0] && a[1] === b[1];
  const lies_on = (p, a, b) => Math.abs(turn(a, b, p)) < 1e-12
    && Math.min(a[0], b[0]) - 1e-12 <= p[0] && p[0] <= Math.max(a[0], b[0]) + 1e-12
    && Math.min(a[1], b[1]) - 1e-12 <= p[1] && p[1] <= Math.max(a[1], b[1]) + 1e-12;
  const meet = (a, b, c, d) => {
    const one = Math.sign(turn(a, b, c)) * Math.sign(turn(a, b, d)), two = Math.sign(turn(c, d, a)) * Math.sign(turn(c, d, b));
    return (one < 0 && two < 0) || lies_on(c, a, b) || lies_on(d, a, b) || lies_on(a, c, d) || lies_on(b, c, d);
  };
  const edge = (corners, index) => [corners[index], corners[(index + 1) % corners.length]];

  // Numbers of the edges that cross another, touch it or fold back on it; edge n runs from corner n to the next.
  const crossing = (corners) => {
    const bad = new Set(), count = corners.length;
    if (count < 3) return bad;
    for (let i = 0; i < count; i += 1) {
      const [a, b] = edge(corners, i);
      if (same(a, b)) bad.add(i);
      for (let j = i + 1; j < count; j += 1) {
        const [c, d] = edge(corners, j), follows = j === i + 1, closes = (j + 1) % count === i;
        const crosses = follows ? lies_on(d, a, b) || lies_on(a, c, d) : closes ? lies_on(c, a, b) || lies_on(b, c, d) : meet(a, b, c, d);
        if (crosses) { bad.add(i); bad.add(j); }
      }
    }
    return bad;
  };
  const usable = (corners) => corners.length >= 3 && crossing(corners).size === 0;
  return { crossing, usable };
})();
