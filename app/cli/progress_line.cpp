#include "app/cli/progress_line.h"

#include "core/graph/lint_tools.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace lb {
namespace {

constexpr std::chrono::milliseconds kPause{100};
constexpr const char* kStartOfCleanLine = "\r\033[K";

std::string wholeText(double value)
{
    return countText(static_cast<std::int64_t>(std::llround(std::min(value, 1e15))));
}

} // namespace

ProgressLine::ProgressLine(std::string name)
    : m_name(std::move(name))
    , m_terminal(::isatty(STDERR_FILENO) == 1)
{
}

ProgressLine::~ProgressLine()
{
    if (m_shown)
        std::fputs(kStartOfCleanLine, stderr);
}

void ProgressLine::show(const Progress& at)
{
    const auto now = JobContext::Clock::now();
    if (!m_terminal || (m_shown && now - m_last < kPause))
        return;
    m_shown = true;
    m_last = now;
    std::string text = m_name + "  " + wholeText(at.done);
    if (at.total > 0)
        text += " of " + wholeText(at.total);
    text += " rows";
    if (at.rate > 0)
        text += "  " + wholeText(at.rate) + " rows/s";
    if (at.secondsLeft > 0)
        text += ", " + wholeText(std::ceil(at.secondsLeft)) + " s left";
    std::fprintf(stderr, "%s%s", kStartOfCleanLine, text.c_str());
    std::fflush(stderr);
}

} // namespace lb
