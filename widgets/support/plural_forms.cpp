#include "widgets/support/plural_forms.h"

namespace lb {

QString PluralForms::translate(const char*, const char* source, const char*, int n) const
{
    QString text = n < 0 ? QString() : QString::fromUtf8(source);
    if (!text.contains("(s)") && !text.contains("(es)"))
        return {}; // as it stands
    text.replace("(s)", n == 1 ? "" : "s");
    text.replace("(es)", n == 1 ? "" : "es");
    return text;
}

} // namespace lb
