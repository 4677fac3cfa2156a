#pragma once

#include "core/data/table_schema.h"

#include <filesystem>

namespace lb {

/// What a Source says of a table that it comes to read.
struct TableFit {
    Config config; ///< of the Source
    std::vector<Message> notes; ///< what was changed, for those who chose the file
    std::vector<std::string> names; ///< of the file's columns; empty: it tells none
    std::string label; ///< of them, as it will be taken
};

/// The config of a Source of kind csv or text that has another file before it: what fits stays (the
/// label and the columns that have the file's names and types, and the dialect that reads it), what
/// does not is left to be detected. Looks at the file's beginning only. Of passengers only the columns
/// are looked at. Other kinds, and files whose beginning cannot be read, leave the config as it is:
/// opening them says why.
TableFit fittedToTable(const Config& config, const std::filesystem::path& base);

/// The same with nothing said of label, columns and dialect.
TableFit detectedAnew(const Config& config, const std::filesystem::path& base);

/// What a Source said of label, columns and dialect before files that lack it took its place, so that
/// a file that has it again gets it back: then the order of the files does not matter.
class TableWishes {
public:
    /// `now` with all that the last fit took from it; what was changed by hand since stays as it is.
    Config wished(const Config& now) const;
    /// To be told after each fit of a wished config.
    void remember(const Config& wished, const Config& fitted);

private:
    ConfigObject m_wished, m_fitted;
};

} // namespace lb
