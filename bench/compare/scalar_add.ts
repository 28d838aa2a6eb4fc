import { tf } from "lib";

let addTime = 0;
/** Returns the microseconds of an eager addition of two scalars. */
export function scalarAdd(): number {
  if (addTime) return addTime;
  const a = tf.scalar(1), b = tf.scalar(2);
  const time = () => {
    const start = performance.now();
    for (let i = 0; i < 20_000; i++) tf.add(a, b).dispose();
    return (performance.now() - start) / 20;
  };
  time();
  return addTime = Math.min(time(), time(), time());
}
