#pragma once

namespace lb::test {

/// Counts what the program's own code (core is linked in) takes from the heap; libraries have
/// their own memory. On every thread while it is on, or on the calling thread from now on: the
/// input pipeline's workers, for instance, are other threads. Any thread may call these.
void countAllocations(bool on);
void countAllocationsOfThisThread();
int allocations();
void forgetAllocations();

} // namespace lb::test
