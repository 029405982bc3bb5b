"""The rig: real parts, started privately on loopback ports, that the end-to-end tests play on."""
