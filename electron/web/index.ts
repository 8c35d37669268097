// The loopback web station.
export {};
