#pragma once

#include "core/data/table_beginning.h"

namespace lb {

/// Which column of a table is the label, where nobody said it.
struct LabelGuess {
    std::size_t column = 0;
    bool number = false; ///< it holds numbers to estimate, and no classes
    bool named = false; ///< its name says so
    std::size_t values = 0; ///< different ones that were seen
};

/// The rule, of the rows that are given; the first that finds a column decides.
/// 1. A column that is called as labels are (label, class, target, category, species, survived, y,
///    ...), whatever the case of its letters; of several the last column of the table, then the first,
///    then those between. `y` is a name only of the last or the first column: elsewhere it is a place.
/// 2. The last column of the table, then the first, if it has few classes; numbers with fractions are
///    none here. A last column of words may show one value only where the table has more rows than
///    were seen: files are sorted by class.
/// 3. The last column of words with few classes, then the last one of numbers with few.
/// 4. The last column of numbers, to estimate them.
/// 5. The last column.
/// Few classes: 2 to 50 different words or 2 to 20 different numbers, and no more than half as many
/// as there are values (a name or a key is none), unless the table has less than ten rows. Words that
/// hardly come again are no label whatever they are called.
/// Of a text the first column decides before the last in 2, and stands in place of 4 and 5.
/// `number`: numbers are to be estimated, so that only columns of numbers are asked for in 1 and 4.
/// There are columns.
LabelGuess guessedLabel(const TableBeginning& table, bool text, bool number = false);

/// What those who see the data should know of a guess that is not the last column; `name` of it.
Message toldGuess(const LabelGuess& guess, const std::string& name);

} // namespace lb
