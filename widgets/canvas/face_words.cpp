#include "widgets/canvas/face_words.h"

#include "core/graph/flow.h"
#include "core/interop/keras/keras_names.h"
#include "widgets/canvas/canvas_text.h"
#include "widgets/canvas/words.h"

namespace lb::canvas {
namespace {

QString sourceTitle(const LayerDef& layer)
{
    const Config* kind = layer.config.find("kind");
    const auto* name = kind ? kind->as<std::string>() : nullptr;
    if (name && *name == "cifar10")
        return Words::tr("CIFAR-10");
    if (name && *name == "image_folder")
        return Words::tr("Image folder");
    if (name && *name == "sound_folder")
        return Words::tr("Sound folder");
    if (name && *name == "drawn_shapes")
        return Words::tr("Drawn shapes");
    if (name && *name == "sentences")
        return Words::tr("Sentences");
    if (name && *name == "passengers")
        return Words::tr("Passengers");
    if (name && (*name == "text" || *name == "csv")) { // called as the file is
        const Config* path = layer.config.find("path");
        const auto* file = path ? path->as<std::string>() : nullptr;
        const QString last = file ? QString::fromStdString(*file).section('/', -1, -1,
                                                                          QString::SectionSkipEmpty)
                                  : QString();
        return !last.isEmpty() ? last : *name == "csv" ? Words::tr("Table") : Words::tr("Text");
    }
    return Words::tr("Source");
}

} // namespace

QString lossLabel(const std::string& loss)
{
    static constexpr std::pair<const char*, const char*> kShort[]
        = {{"sparse_categorical_crossentropy", "sparse CE"},
           {"categorical_crossentropy", "categorical CE"},
           {"binary_crossentropy", "binary CE"},
           {"mean_squared_error", "MSE"}};
    for (const auto& [name, label] : kShort)
        if (loss == name)
            return QLatin1String(label);
    return QString::fromStdString(loss);
}

QString titleOf(const LayerDef& layer)
{
    if (layer.kerasClass == flow::kSource)
        return sourceTitle(layer);
    if (layer.kerasClass == flow::kOutput)
        return Words::tr("Loss and output");
    std::string stem = kerasSnakeCase(layer.kerasClass);
    std::string name = layer.name;
    if (name.starts_with(stem))
        name.erase(0, stem.size());
    if (name.find_first_not_of("_0123456789") == std::string::npos)
        return QString::fromStdString(layer.kerasClass);
    return QString::fromStdString(layer.name);
}

Chip chipOf(const Problem& problem)
{
    static constexpr std::pair<const char*, const char*> kWords[]
        = {{"missing_input", QT_TRANSLATE_NOOP("Canvas", "no input")},
           {"refused", QT_TRANSLATE_NOOP("Canvas", "shape")},
           {"too_large", QT_TRANSLATE_NOOP("Canvas", "too large")},
           {"unknown_layer", QT_TRANSLATE_NOOP("Canvas", "unknown")},
           {"bad_parameter", QT_TRANSLATE_NOOP("Canvas", "value")},
           {"cycle", QT_TRANSLATE_NOOP("Canvas", "circle")},
           {"not_adapted", QT_TRANSLATE_NOOP("Canvas", "not adapted")},
           {"stale_state", QT_TRANSLATE_NOOP("Canvas", "stale")},
           {"learned_elsewhere", QT_TRANSLATE_NOOP("Canvas", "other rows")},
           {"rescaled_twice", QT_TRANSLATE_NOOP("Canvas", "range")},
           {"unscaled_input", QT_TRANSLATE_NOOP("Canvas", "range")},
           {"value_range", QT_TRANSLATE_NOOP("Canvas", "range")},
           {"crops_in_training_only", QT_TRANSLATE_NOOP("Canvas", "training")},
           {"labels_not_mixed", QT_TRANSLATE_NOOP("Canvas", "labels")},
           {"label_count", QT_TRANSLATE_NOOP("Canvas", "labels")},
           {"not_probabilities", QT_TRANSLATE_NOOP("Canvas", "loss")},
           {"wrong_stage", QT_TRANSLATE_NOOP("Canvas", "stage")},
           {"batch_only", QT_TRANSLATE_NOOP("Canvas", "stage")},
           {"weights_in_pipeline", QT_TRANSLATE_NOOP("Canvas", "stage")}};
    const bool error = problem.severity == Severity::Error;
    Chip chip{error ? "cross-circle" : "warning", Words::tr("problem"),
              error ? Tone::Error : Tone::Warn};
    for (const auto& [code, word] : kWords)
        if (problem.code == code)
            chip.word = Words::tr(word);
    if (problem.code == "stale_state")
        chip.icon = "stale";
    else if (problem.code == "not_adapted" && !error)
        chip.icon = "ring", chip.tone = Tone::Neutral;
    return chip;
}

QString footnoteOf(const Config& record)
{
    const Config* rows = record.find("rows");
    const Config* seconds = record.find("seconds");
    QString note;
    if (const auto* count = rows ? rows->as<std::int64_t>() : nullptr)
        note = Words::tr("%1 rows").arg(countLabel(*count));
    if (const auto* time = seconds ? seconds->as<double>() : nullptr; time && !note.isEmpty())
        note += ", " + costLabel(*time * 1000);
    return note;
}

} // namespace lb::canvas
