#include "benchmarks/bench.h"

#include <sys/times.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

namespace lb::bench {
namespace {

/// CPU seconds that the whole machine, and this process with its children, used so far.
struct CpuSeconds {
    double machine = 0, own = 0;
};

std::optional<CpuSeconds> cpuSeconds()
{
    std::ifstream stat("/proc/stat");
    std::string cpu;
    double user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0;
    if (!(stat >> cpu >> user >> nice >> system >> idle >> wait >> irq >> softIrq))
        return {};
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    tms own{};
    times(&own);
    return CpuSeconds{
        (user + nice + system + irq + softIrq) / ticks,
        static_cast<double>(own.tms_utime + own.tms_stime + own.tms_cutime + own.tms_cstime)
            / ticks};
}

} // namespace

Timing timed(const std::function<void()>& work, int repeats, bool warmUp)
{
    using Clock = std::chrono::steady_clock;
    const auto since = [](Clock::time_point start) {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    if (warmUp)
        work();
    Timing timing;
    const auto before = cpuSeconds();
    const auto begin = Clock::now();
    for (int i = 0; i < repeats; ++i) {
        const auto start = Clock::now();
        work();
        timing.seconds.push_back(since(start));
    }
    const auto after = cpuSeconds();
    const double passed = since(begin);
    constexpr double enough = 0.2; // seconds: the kernel counts in hundredths
    if (before && after && passed > enough)
        timing.othersCores = std::max(
            0.0, ((after->machine - before->machine) - (after->own - before->own)) / passed);
    return timing;
}

Figures perSecond(std::string unit, std::int64_t count, const Timing& timing)
{
    Figures figures{std::move(unit), timing.seconds, true, timing.othersCores};
    for (double& value : figures.values)
        value = static_cast<double>(count) / value;
    return figures;
}

} // namespace lb::bench
