#include "core/layers/registry.h"

#include <algorithm>

namespace lb {
namespace {

struct SourceLayerParams {
    std::string kind = "drawn_shapes"; ///< core/data/sources.h: sourceKinds()
    std::string path; ///< relative to the project; empty for what the program makes
    std::int64_t count = 4'096; ///< of rows that the program makes
    std::int64_t seed = 1;
    std::string sentences = "grammar"; ///< or "classic": three that everybody knows
    std::string folders = "auto"; ///< of images and sounds: classes, or splits (train, test) with classes inside
    std::string label; ///< the column that holds the class
    std::string labelType = "class"; ///< or "number": to estimate it
    Config columns = ConfigList{}; ///< [{name, dtype, missing, from}]; empty: all, as found
    std::string separator = "auto", quote = "auto", header = "auto"; ///< of a CSV file
    std::int64_t samplingRate = 0, length = 0; ///< of sounds: in Hz, in samples; 0: as they are
    std::string channels = "mono"; ///< of sounds; or all
    bool operator==(const SourceLayerParams&) const = default;
};

bool oneOf(std::string_view value, std::initializer_list<std::string_view> values)
{
    return std::ranges::find(values, value) != values.end();
}

/// Where samples and labels come from: an output for each column, the label last.
/// Shapes: as they come; it computes nothing. Ours, not Keras'.
class SourceLayer final : public LayerOf<SourceLayer, SourceLayerParams> {
public:
    static constexpr std::string_view kKerasClass = "Source";

    static auto fields()
    {
        using P = SourceLayerParams;
        static constexpr auto made = [](const P& p) {
            return oneOf(p.kind, {"drawn_shapes", "sentences", "passengers"});
        };
        static constexpr auto files = [](const P& p) { return !made(p); };
        static constexpr auto table = [](const P& p) { return oneOf(p.kind, {"text", "csv"}); };
        static constexpr auto sounds = [](const P& p) { return p.kind == "sound_folder"; };
        static constexpr auto columned
            = [](const P& p) { return oneOf(p.kind, {"text", "csv", "passengers"}); };
        return std::tuple{
            field(&P::kind, "kind", LB_TR("Layer", "Kind"))
                .editedAs(ParamKind::Choice, {"drawn_shapes", "cifar10", "image_folder",
                                              "sound_folder", "sentences", "text", "passengers",
                                              "csv"})
                .help(LB_TR("Layer",
                            "Shapes that the program draws, CIFAR-10's binary files, a folder with "
                            "a folder of images, or of sounds in WAV files, for each class; "
                            "sentences that the program makes, text files; passengers of a made-up "
                            "ship, a CSV table.")),
            field(&P::path, "path", LB_TR("Layer", "File or folder"))
                .appliesIf(files)
                .help(LB_TR("Layer", "Relative to the project's own folder.")),
            field(&P::folders, "folders", LB_TR("Layer", "Folders"))
                .editedAs(ParamKind::Choice, {"auto", "classes", "splits"})
                .appliesIf([](const P& p) {
                    return p.kind == "image_folder" || p.kind == "sound_folder";
                })
                .help(LB_TR("Layer", "What the folders are: classes, or splits with the classes "
                                     "inside (train; val, validation or test). auto: splits where "
                                     "they are called so."))
                .advanced(),
            field(&P::count, "count", LB_TR("Layer", "Rows"))
                .least(1)
                .slider(256, 16'384)
                .appliesIf(made)
                .help(LB_TR("Layer", "How many are made for training.")),
            field(&P::seed, "seed", LB_TR("Layer", "Seed"))
                .appliesIf(made)
                .help(LB_TR("Layer", "Another one makes other rows of the same classes.")),
            field(&P::sentences, "sentences", LB_TR("Layer", "Sentences"))
                .editedAs(ParamKind::Choice, {"grammar", "classic"})
                .appliesIf([](const P& p) { return p.kind == "sentences"; })
                .help(LB_TR("Layer", "Of what people say who bought something, in two classes, or the "
                                     "classic three of humanity, needs and reason.")),
            field(&P::label, "label", LB_TR("Layer", "Label column"))
                .appliesIf(table)
                .help(LB_TR("Layer", "The column that holds the class. Empty: one that is called as "
                                     "labels are (label, class, target, species, ...), else the last, "
                                     "the first or another one that holds few classes.")),
            field(&P::labelType, "label_type", LB_TR("Layer", "The label is a"))
                .editedAs(ParamKind::Choice, {"class", "number"})
                .appliesIf([](const P& p) { return p.kind == "csv"; })
                .help(LB_TR("Layer", "A class to tell, or a number to estimate: then the last Dense has "
                                     "one unit and the loss is mean_squared_error.")),
            field(&P::samplingRate, "sampling_rate", LB_TR("Layer", "Sampling rate"))
                .least(0)
                .appliesIf(sounds)
                .help(LB_TR("Layer", "Samples a second, in Hz, of the files that are taken; others "
                                     "are left out. 0: what most of them have.")),
            field(&P::length, "length", LB_TR("Layer", "Length"))
                .least(0)
                .appliesIf(sounds)
                .help(LB_TR("Layer", "Samples that a row has. Silence follows what is shorter, the "
                                     "rest of what is longer is cut off. 0: as the longest file.")),
            field(&P::channels, "channels", LB_TR("Layer", "Channels"))
                .editedAs(ParamKind::Choice, {"mono", "all"})
                .appliesIf(sounds)
                .help(LB_TR("Layer", "mono takes their mean, as MelSpectrogram needs it; all keeps "
                                     "them on an axis of their own, as STFTSpectrogram needs it.")),
            field(&P::columns, "columns", LB_TR("Layer", "Columns"))
                .appliesIf(columned)
                .help(LB_TR("Layer", "A list of {name, dtype, missing, from}: which columns are "
                                     "read, as string, int64 or float32, what stands for missing "
                                     "values, and which columns are joined. Empty: all of them, as "
                                     "the data tell.")),
            field(&P::separator, "separator", LB_TR("Layer", "Separator"))
                .appliesIf(table)
                .help(LB_TR("Layer", "One character, or comma, semicolon, tab, bar; auto: detected."))
                .advanced(),
            field(&P::quote, "quote", LB_TR("Layer", "Quote"))
                .appliesIf(table)
                .help(LB_TR("Layer", "One character, or none; auto: detected."))
                .advanced(),
            field(&P::header, "header", LB_TR("Layer", "First line names columns"))
                .editedAs(ParamKind::Choice, {"auto", "yes", "no"})
                .appliesIf(table)
                .advanced(),
        };
    }
    static Result<> validate(const SourceLayerParams& p)
    {
        if (!oneOf(p.kind, {"drawn_shapes", "cifar10", "image_folder", "sound_folder",
                            "sentences", "text", "passengers", "csv"}))
            return Error{ErrorCode::BadParameter,
                         "kind",
                         {LB_TR("Error", "is no kind of data known here: %1"), {p.kind}}};
        if (!oneOf(p.sentences, {"grammar", "classic"}))
            return Error{ErrorCode::BadParameter,
                         "sentences",
                         {LB_TR("Error", "is %1; it is grammar or classic"), {p.sentences}}};
        if (!oneOf(p.folders, {"auto", "classes", "splits"}))
            return Error{ErrorCode::BadParameter,
                         "folders",
                         {LB_TR("Error", "is %1; it is one of auto, classes and splits"), {p.folders}}};
        if (!oneOf(p.labelType, {"class", "number"}))
            return Error{ErrorCode::BadParameter,
                         "label_type",
                         {LB_TR("Error", "is %1; it is class or number"), {p.labelType}}};
        if (!oneOf(p.header, {"auto", "yes", "no"}))
            return Error{ErrorCode::BadParameter,
                         "header",
                         {LB_TR("Error", "is %1; it is one of auto, yes and no"), {p.header}}};
        if (!oneOf(p.channels, {"mono", "all"}))
            return Error{ErrorCode::BadParameter,
                         "channels",
                         {LB_TR("Error", "is %1; it is mono or all"), {p.channels}}};
        if (!p.columns.isNull() && !p.columns.as<ConfigList>())
            return Error{ErrorCode::BadParameter, "columns", LB_TR("Error", "must be a list")};
        return std::monostate{};
    }
    static About describeAbout()
    {
        return {About::Family::Data, LB_TR("Layer", "Gives rows of data and their labels."),
                "columns, label"};
    }
    static Result<Outputs> emit(const SourceLayerParams&, Emitter& e)
    {
        return Outputs{e.input(0)};
    }
    static std::vector<Example> examples() { return {{"image", ConfigObject{}, {{2, 3, 3, 1}}}}; }
};

} // namespace

void registerSource(LayerRegistry& registry)
{
    registry.add<SourceLayer>();
}

} // namespace lb
