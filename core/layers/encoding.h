#pragma once

#include "core/layers/emitter.h"

namespace lb {

/// How a layer gives the categories that it found: Keras' `output_mode`.
enum class OutputMode : std::uint8_t { Int, OneHot, MultiHot, Count, TfIdf };

constexpr std::array<std::string_view, 5> kerasNames(OutputMode)
{
    return {"int", "one_hot", "multi_hot", "count", "tf_idf"};
}

/// The same for layers that know the old names, too: "binary" is multi_hot, "tf-idf" is tf_idf.
struct NamedOutputMode {
    OutputMode mode = OutputMode::Int;
    bool operator==(const NamedOutputMode&) const = default;
};

template <> struct Codec<NamedOutputMode> {
    static constexpr ParamKind kKind = ParamKind::Choice;
    static std::vector<std::string> choices() { return Codec<OutputMode>::choices(); }
    static Config write(const NamedOutputMode& named) { return Codec<OutputMode>::write(named.mode); }
    static bool read(const Config& config, NamedOutputMode& into)
    {
        const auto* name = config.as<std::string>();
        if (name && *name == "binary")
            into.mode = OutputMode::MultiHot;
        else if (name && *name == "tf-idf")
            into.mode = OutputMode::TfIdf;
        else
            return Codec<OutputMode>::read(config, into.mode);
        return true;
    }
};

/// Describes the encoding of ids 0..depth-1; one out of range counts nowhere.
///
/// int: the ids as they are. one_hot: [..., depth], in place of a last axis of length 1 and behind
/// any other. multi_hot, count, tf_idf: [batch, ..., depth] without the second axis, over which
/// they count (the only axis of a list). A single id is a list of one. `weights` have the shape of
/// the ids in count, and one number a slot, [depth], in tf_idf.
/// Errors (of the emitter): BadShape if the weights do not fit.
/// Source: Keras 3 `encode_categorical_inputs`.
ValueRef encoded(Emitter& emitter, ValueRef ids, OutputMode mode, std::int64_t depth,
                 ValueRef weights = {});

} // namespace lb
