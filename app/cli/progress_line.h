#pragma once

#include "core/support/jobs.h"

#include <string>

namespace lb {

/// How far a job is, in one line on stderr that is written over while the job runs and is gone after
/// it. Says nothing where stderr is no terminal. One thread at a time.
class ProgressLine {
public:
    explicit ProgressLine(std::string name);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const Progress& at); ///< at most ten times a second

private:
    std::string m_name;
    bool m_terminal, m_shown = false;
    JobContext::Clock::time_point m_last{};
};

} // namespace lb
