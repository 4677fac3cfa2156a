// Times the works of benchmarks/README.md and prints a line for each.

#include "benchmarks/bench.h"
#include "core/support/json.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <thread>

namespace lb::bench {
namespace {

constexpr std::array<Work, 15> kWorks{{
    {"small-cnn", smallCnn},
    {"augment-cifar", augmentCifar},
    {"augment-photo", augmentPhoto},
    {"decode-resize-cifar", decodeResizeCifar},
    {"decode-resize-photos", decodeResizePhotos},
    {"predict-1", predictOne},
    {"start-up", startUp},
    {"preview-64", previewSheet},
    {"drawn-shapes", drawnShapesTo95},
    {"adapt-text", adaptText},
    {"vectorize-text", vectorizeText},
    {"adapt-table-normalization", adaptNormalization},
    {"adapt-table-string-lookup", adaptStringLookup},
    {"adapt-table-integer-lookup", adaptIntegerLookup},
    {"adapt-table-discretization", adaptDiscretization},
}};

double rounded(double value, double places)
{
    return std::round(value * places) / places;
}

ConfigObject line(const char* work, const Result<Figures>& result)
{
    ConfigObject fields{{"work", work}, {"peer", "layerbench"}, {"variant", "layerbench"}};
    if (!result.ok()) {
        const Error& error = result.error();
        fields.emplace("failed",
                       (error.where.empty() ? "" : error.where + ": ") + english(error.message));
        return fields;
    }
    const Figures& figures = result.value();
    std::vector<double> sorted = figures.values;
    std::ranges::sort(sorted);
    const std::size_t middle = sorted.size() / 2;
    const double median
        = sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    fields.emplace("unit", figures.unit);
    fields.emplace("value", rounded(figures.higherIsBetter ? sorted.back() : sorted.front(), 1e4));
    fields.emplace("median", rounded(median, 1e4));
    fields.emplace("repeats", std::ssize(sorted));
    if (figures.othersCores)
        fields.emplace("cores_used_by_others", rounded(*figures.othersCores, 100));
    for (const auto& [key, value] : figures.more)
        fields.emplace(key, value);
    return fields;
}

void print(const ConfigObject& fields, bool json)
{
    if (json) {
        std::printf("%s\n", writeJson(fields, JsonStyle::Compact).c_str());
    } else {
        std::string text;
        for (const char* key : {"work", "value", "unit", "median", "repeats",
                                "cores_used_by_others", "images", "epochs", "failed"})
            if (const auto field = fields.find(key); field != fields.end()) {
                const auto* word = field->second.as<std::string>();
                text += (text.empty() ? "" : "  ") + std::string(key) + " "
                    + (word ? *word : writeJson(field->second, JsonStyle::Compact));
            }
        std::printf("%s\n", text.c_str());
    }
    std::fflush(stdout);
}

std::filesystem::path defaultData()
{
    const char* named = std::getenv("LAYERBENCH_DATA");
    return named ? named : "../shared/data";
}

} // namespace
} // namespace lb::bench

int main(int argc, char** argv)
{
    using namespace lb::bench;
    Setting setting;
    lb::registerBuiltinLayers(setting.registry);
    setting.data = defaultData();
    setting.cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::string> works, names;
    for (const Work& work : kWorks)
        names.emplace_back(work.name);
    bool json = false;
    bool first = false;
    CLI::App app("Times the works of benchmarks/README.md.", "layerbench-bench");
    app.add_option("work", works, "The works to time; all if none is named")
        ->check(CLI::IsMember(names));
    app.add_option("--data", setting.data, "The folder that holds cifar-10-batches-bin, text and tabular");
    app.add_option("--threads", setting.cores, "Threads, of the model and of the pipeline")
        ->check(CLI::Range(1, 1'024));
    app.add_flag("--json", json, "Print JSON lines");
    app.add_flag("--first-step", first)->group(""); // what start-up runs in a new process
    CLI11_PARSE(app, argc, argv);
    if (first)
        return firstStep(setting.registry, setting.cores).ok() ? 0 : 1;
    bool failed = false;
    for (const Work& work : kWorks) {
        if (!works.empty() && std::ranges::find(works, work.name) == works.end())
            continue;
        const lb::Result<Figures> result = work.run(setting);
        failed = failed || !result.ok();
        print(line(work.name, result), json);
    }
    return failed ? 1 : 0;
}
