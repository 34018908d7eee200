// The provider's clock. Tests keep it at the time of the server under test.

const machine = Date.now;
let standing;

/** Lets the clock stand at `seconds` since the epoch; `undefined` lets it run with the machine. */
export function standAt(seconds) {
  standing = seconds === undefined ? undefined : seconds * 1000;
}

// The library takes every time it writes and compares from here.
Date.now = () => standing ?? machine();
