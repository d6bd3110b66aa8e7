// What local mode adds to the address guard's allow-list: in the template that has further ports at most.

/** Callbacks to this machine, over http. */
export const loopbackAllowList = 'http://127.0.0.1:*,http://localhost:*';
