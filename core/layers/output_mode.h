#pragma once

#include "core/layers/codec.h"

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
    operator OutputMode() const { return mode; }
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

} // namespace lb
