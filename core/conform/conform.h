#pragma once

#include "core/layers/registry.h"
#include "core/support/limits.h"

#include <filesystem>
#include <functional>
#include <set>

namespace lb {

/// One case and how it went.
struct CaseReport {
    enum class Status : std::uint8_t {
        Agrees,
        Differs,
        Failed, ///< could not be answered
        Answered, ///< no numbers are stored, or the case says that it is not judged
    };
    std::string path; ///< in the folder or archive
    std::string kerasClass; ///< of the layer, loss, ...; "fit" and "archive" for models
    Status status = Status::Failed;
    double worst = 0; ///< the largest |a - b| / (1 + |b|)
    std::string reason; ///< why not; English, for a report

    bool failed() const { return status == Status::Differs || status == Status::Failed; }
};

struct ConformReport {
    struct Row {
        std::string kerasClass;
        int cases = 0, failed = 0, answered = 0;
        double worst = 0;
    };
    std::vector<CaseReport> cases; ///< by path
    std::vector<Row> rows() const; ///< by class
    Row total() const;
};

struct ConformRequest {
    std::filesystem::path cases; ///< a folder or a .zip
    std::set<std::string, std::less<>> only; ///< classes; empty: all
    std::filesystem::path answers; ///< a folder that gets every answer; empty: none is written
    Limits limits = {};
    std::function<void(const CaseReport&)> onCase = {}; ///< told as each is done
};

/// Answers every case and compares with the numbers stored beside it. Reads the stored numbers
/// only after the answer was computed. Errors: NotFound, BadFile of the folder or archive, Io.
Result<ConformReport> conformed(const ConformRequest& request, const LayerRegistry& registry);

/// Writes the answers to one case, a folder or a JSON file, without judging it.
/// Errors: those of the call, Io, Unsupported (a kind of case).
Result<> answerCase(const std::filesystem::path& path, const std::filesystem::path& out,
                    const LayerRegistry& registry, const Limits& limits = {});

} // namespace lb
