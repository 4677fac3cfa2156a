// Reads sources from several threads at once, from their first use on, and compares with one
// thread. A plain program for ThreadSanitizer.

#include "core/data/sources.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace lb;

namespace {

constexpr int kThreads = 4;

std::vector<Tensor> readAll(const Source& source)
{
    std::vector<Tensor> images;
    for (std::int64_t i = 0; i < source.size(); ++i)
        images.push_back(source.image(i).value());
    return images;
}

/// Whether every thread reads the same pictures and hash as one thread of its own source.
bool agrees(const char* name, const Source& source, const Source& alone)
{
    std::vector<std::vector<Tensor>> images(kThreads);
    std::vector<std::string> hashes(kThreads);
    {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                images[t] = readAll(source);
                hashes[t] = source.dataHash();
            });
    }
    const std::vector<Tensor> expected = readAll(alone);
    bool same = true;
    for (std::size_t t = 0; t < kThreads; ++t)
        same = same && images[t] == expected && hashes[t] == alone.dataHash();
    std::printf("%s: %zu pictures, %s\n", name, expected.size(), same ? "equal" : "DIFFERENT");
    return same && !expected.empty();
}

} // namespace

int main()
{
    const char* root = std::getenv("LAYERBENCH_SOURCE");
    const std::filesystem::path data = std::filesystem::path(root ? root : ".") / "tests/data";
    const auto opened = [](Result<SourceHandle> source) { return source.value(); };
    bool right = agrees("folder", *opened(imageFolder(data)), *opened(imageFolder(data)));
    right &= agrees("cifar", *opened(cifar10Folder(data / "cifar-10-tiny")),
                    *opened(cifar10Folder(data / "cifar-10-tiny")));
    right &= agrees("shapes", *drawnShapes(300, 1), *drawnShapes(300, 1));
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
