// The memory that a hash pool shares with its threads: one word to hold or stop them, one that counts bytes read.
export const STATE = 0;
export const BYTES = 8;
export const SHARED_BYTES = 16;

export const RUN = 0;
export const WAIT = 1;
export const STOP = 2;
