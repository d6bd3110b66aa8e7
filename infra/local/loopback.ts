// What local mode sets over the template's environment: the one thing that must differ on one machine.

/** Callbacks to this machine, over http. In the template the list has ports at most. */
export const loopbackAllowList = 'http://127.0.0.1:*,http://localhost:*';
