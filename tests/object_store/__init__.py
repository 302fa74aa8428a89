"""Data and checkpoints in an object store: moto's S3 server on loopback stands for one."""
