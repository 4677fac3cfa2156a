#pragma once

#include <QTranslator>

namespace lb {

/// English' own plural forms: texts of tr() with a number say "column(s)", which becomes "column" for
/// one and "columns" for others; "class(es)" likewise. Installed where no other language is.
class PluralForms : public QTranslator {
    Q_OBJECT
public:
    using QTranslator::QTranslator;

    QString translate(const char* context, const char* source, const char* comment = nullptr,
                      int n = -1) const override;
    bool isEmpty() const override { return false; } // else nobody asks
};

} // namespace lb
