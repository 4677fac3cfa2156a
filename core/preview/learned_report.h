#pragma once

#include "core/preview/growing_histogram.h"
#include "core/preview/layer_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lb {

/// One mean and deviation of a Normalization, and the numbers that they are for.
struct FeatureMoments {
    std::string name; ///< of the column, or its place along the kept axes: "2", "0, 3"
    double mean = 0, deviation = 1; ///< that the layer uses
    double seenMean = 0, seenDeviation = 0; ///< of the rows
    double least = 0, most = 0;
    std::int64_t odd = 0; ///< NaN and infinities
    Histogram before, after;
    bool operator==(const FeatureMoments&) const = default;
};
struct MomentsReport {
    std::vector<FeatureMoments> features;
    std::int64_t hidden = 0; ///< further features, beyond those that are kept
    bool operator==(const MomentsReport&) const = default;
};

/// The bins of a Discretization.
struct BinsReport {
    std::vector<double> boundaries;
    std::vector<std::int64_t> counts; ///< one more than boundaries; NaN lies in the last
    Histogram numbers;
    double least = 0, most = 0;
    std::int64_t odd = 0;
    bool operator==(const BinsReport&) const = default;
};

/// Values that share a number, of a layer that gives numbers to values.
struct CollisionReport {
    struct Bin {
        std::int64_t id = 0;
        std::int64_t distinct = 0, occurrences = 0;
        std::vector<std::string> values; ///< the most frequent first; not all
        bool operator==(const Bin&) const = default;
    };
    std::int64_t bins = 0; ///< that the layer has; 0: as many as tokens
    std::int64_t distinct = 0, occurrences = 0; ///< of values
    std::int64_t sharing = 0, sharedOccurrences = 0; ///< of values that share their number
    double expected = 0; ///< share that would share if every value fell anywhere; 0: not hashed
    bool complete = true; ///< false: more distinct values than are told apart
    std::int64_t usedBins = 0; ///< that hold a value
    std::vector<Bin> used; ///< the fullest of those, by id
    std::vector<std::int64_t> occupancy; ///< how many bins hold 0, 1, 2.. distinct values

    double rate() const
    {
        return distinct > 0 ? static_cast<double>(sharing) / static_cast<double>(distinct) : 0;
    }
    bool operator==(const CollisionReport&) const = default;
};

/// The first rows of what a CategoryEncoding gives, and the sums of all.
struct MatrixReport {
    std::vector<std::string> columns; ///< tokens where a lookup stands before it, else numbers
    std::vector<std::string> rows; ///< what came in: "3", "2 7 7"
    std::vector<float> values; ///< rows x columns
    std::vector<double> sums; ///< of a column over every row of the data
    std::int64_t total = 0; ///< rows of the matrix if it were whole
    std::int64_t hidden = 0; ///< further columns, beyond those that are kept
    bool operator==(const MatrixReport&) const = default;
};

struct LearnedReport {
    std::variant<MomentsReport, BinsReport, CollisionReport, MatrixReport> of;
    std::int64_t rows = 0; ///< of the data that were looked at
    bool operator==(const LearnedReport&) const = default;
};
using LearnedHandle = std::shared_ptr<const LearnedReport>;

enum class LearnedKind : std::uint8_t { Moments, Bins, Collisions, Matrix };

/// Which report a layer of that class has, if any.
std::optional<LearnedKind> learnedKind(std::string_view kerasClass);
/// Whether there is something to report: it was adapted, given what it needs, or learns nothing.
bool canReport(const LayerDef& layer, const LayerRegistry& registry);

/// Streams rows of the data to the layer of a node and reports. One thread. Bounded memory: 4,096
/// features, 1,000,000 distinct values, the 10,000 fullest bins, 200 rows and 1,024 columns of a
/// matrix.
/// Errors: those of streamed(); Unsupported (a layer without a report), NotFound (not adapted).
Result<LearnedHandle> learnedReport(const Document& document, const LayerRegistry& registry,
                                    const Source& source, NodeId node,
                                    std::span<const std::int64_t> rows, const JobContext& job = {});

} // namespace lb
