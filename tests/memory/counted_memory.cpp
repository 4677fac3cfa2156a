#include "tests/memory/counted_memory.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> everywhere = false;
thread_local bool here = false;
std::atomic<int> counted = 0;
extern "C" char __executable_start, etext;

void countCall(const void* caller)
{
    if ((everywhere || here) && caller >= &__executable_start && caller < &etext)
        ++counted;
}

void* allocated(std::size_t size, std::size_t alignment)
{
    void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace

void* operator new(std::size_t size)
{
    countCall(__builtin_return_address(0));
    return allocated(size == 0 ? 1 : size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept // of std::stable_sort
{
    countCall(__builtin_return_address(0));
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size, std::align_val_t alignment)
{
    countCall(__builtin_return_address(0));
    return allocated(size == 0 ? 1 : size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept
{
    std::free(memory);
}

namespace lb::test {

void countAllocations(bool on)
{
    everywhere = on;
}

void countAllocationsOfThisThread()
{
    here = true;
}

int allocations()
{
    return counted;
}

void forgetAllocations()
{
    counted = 0;
}

} // namespace lb::test
