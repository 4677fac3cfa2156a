#include "core/support/jobs.h"

namespace lb {

void JobContext::report(double done, double total, Clock::time_point now) const
{
    if (!onProgress)
        return;
    const double seconds = std::chrono::duration<double>(now - begin).count();
    Progress progress{done, total, 0, 0};
    if (seconds > 0 && done > 0)
        progress.rate = done / seconds;
    if (progress.rate > 0 && total > done)
        progress.secondsLeft = (total - done) / progress.rate;
    onProgress(progress);
}

} // namespace lb
