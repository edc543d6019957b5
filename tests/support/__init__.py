"""What tests of several rooms share: real servers on free ports of this machine, each ended by its own pid."""
