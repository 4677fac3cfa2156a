#include "widgets/theme/theme.h"

#include "widgets/theme/style_sheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QStyle>
#include <QStyleFactory>

#include <algorithm>
#include <array>
#include <utility>

namespace lb {
namespace {

const Theme*& current()
{
    static const Theme* theme = &Theme::dark();
    return theme;
}

Theme makeDark()
{
    Theme t;
    t.name = "dark";
    t.isDark = true;
    t.window = "#16181D", t.panel = "#1C1F26", t.canvas = "#121419", t.dot = "#222731";
    t.lane = "#171A20", t.laneLine = "#272C36";
    t.raised = "#252A33", t.field = "#14161B", t.hover = "#2E343F";
    t.line = "#2D333D", t.line2 = "#454D5B";
    t.text = "#E7EAF0", t.text2 = "#AEB6C3", t.text3 = "#8C95A5";
    t.accent = "#5C9DFF", t.accentBg = "#22324D", t.onAccent = "#0B1524";
    t.ok = "#5CC58A", t.okBg = "#1D3329", t.warn = "#E8B04A", t.warnBg = "#372D1A";
    t.error = "#F4776F", t.errorBg = "#3B2224";
    t.trainOnly = "#B594F5", t.trainOnlyBg = "#2C2640", t.validation = "#E0A458";
    t.group
        = {"#9DB2CE", "#45C4B0", "#B594F5", "#E0A458", "#58B2E8", "#8C9BFF", "#E583AC", "#C9D0DB"};
    t.port = {"#45C4B0", "#E0A458", "#E583AC", "#58B2E8", "#8C9BFF", "#C9D0DB"};
    return t;
}

Theme makeLight()
{
    Theme t;
    t.name = "light";
    t.isDark = false;
    t.window = "#E6E9EE", t.panel = "#F6F7F9", t.canvas = "#EEF1F5", t.dot = "#D5DBE4";
    t.lane = "#E6EAF0", t.laneLine = "#D0D7E1";
    t.raised = "#FFFFFF", t.field = "#FFFFFF", t.hover = "#E3E8EF";
    t.line = "#D3D9E2", t.line2 = "#A9B3C1";
    t.text = "#1A1F28", t.text2 = "#48515F", t.text3 = "#5F6876";
    t.accent = "#1B5FCB", t.accentBg = "#DCE8FB", t.onAccent = "#FFFFFF";
    t.ok = "#136E40", t.okBg = "#DDF1E5", t.warn = "#8F5A00", t.warnBg = "#FBEFD5";
    t.error = "#C0322B", t.errorBg = "#FBE3E1";
    t.trainOnly = "#6F45C9", t.trainOnlyBg = "#ECE5FA", t.validation = "#9A5B00";
    t.group
        = {"#4E6584", "#0B7F70", "#6F45C9", "#9A5B00", "#0F6CA6", "#4455CC", "#B23A70", "#4A5462"};
    t.port = {"#0B7F70", "#9A5B00", "#B23A70", "#0F6CA6", "#4455CC", "#4A5462"};
    return t;
}

QPalette paletteOf(const Theme& t)
{
    QPalette p;
    p.setColor(QPalette::Window, t.panel);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.field);
    p.setColor(QPalette::AlternateBase, t.panel);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::PlaceholderText, t.text3);
    p.setColor(QPalette::Button, t.raised);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.error);
    p.setColor(QPalette::Highlight, t.accentBg);
    p.setColor(QPalette::HighlightedText, t.text);
    p.setColor(QPalette::ToolTipBase, t.raised);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    p.setColor(QPalette::Light, t.hover);
    p.setColor(QPalette::Midlight, t.line2);
    p.setColor(QPalette::Mid, t.line);
    p.setColor(QPalette::Dark, t.line);
    p.setColor(QPalette::Shadow, t.window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, t.text3);
    return p;
}

QString family(bool mono)
{
    static const auto families = [] {
        const QStringList present = QFontDatabase::families();
        const auto pick = [&](const QString& wanted, QFontDatabase::SystemFont fallback) {
            return present.contains(wanted) ? wanted : QFontDatabase::systemFont(fallback).family();
        };
        return std::pair{pick("Inter", QFontDatabase::GeneralFont),
                         pick("JetBrains Mono", QFontDatabase::FixedFont)};
    }();
    return mono ? families.second : families.first;
}

} // namespace

const Theme& Theme::dark()
{
    static const Theme theme = makeDark();
    return theme;
}

const Theme& Theme::light()
{
    static const Theme theme = makeLight();
    return theme;
}

QColor Theme::groupColor(About::Family family) const
{
    switch (family) {
    case About::Family::Data:
        return group.data;
    case About::Family::Image:
        return group.image;
    case About::Family::RandomImage:
        return group.random;
    case About::Family::Text:
        return group.text;
    case About::Family::Numeric:
        return group.numeric;
    case About::Family::Layer:
        return group.layer;
    case About::Family::Sequence:
        return group.sequence;
    case About::Family::Output:
        return group.output;
    }
    return group.layer;
}

const Theme& currentTheme()
{
    return *current();
}

void setTheme(const Theme& theme)
{
    current() = &theme;
    if (QApplication::style()->objectName().compare("fusion", Qt::CaseInsensitive) != 0)
        QApplication::setStyle(QStyleFactory::create("Fusion"));
    QApplication::setFont(uiFont(FontRole::Base));
    QApplication::setPalette(paletteOf(theme));
    qApp->setStyleSheet(styleSheet(theme));
}

QFont uiFont(FontRole role)
{
    struct Face {
        int pixels;
        QFont::Weight weight;
        bool mono;
    };
    static constexpr std::array<Face, 11> kFaces{{{12, QFont::Normal, false},
                                                  {11, QFont::Normal, false},
                                                  {10, QFont::Medium, false},
                                                  {13, QFont::Medium, false},
                                                  {12, QFont::DemiBold, false},
                                                  {14, QFont::DemiBold, false},
                                                  {15, QFont::DemiBold, false},
                                                  {17, QFont::DemiBold, false},
                                                  {11, QFont::Normal, true},
                                                  {10, QFont::Normal, true},
                                                  {9, QFont::Normal, true}}};
    const Face& face = kFaces.at(static_cast<std::size_t>(role));
    QFont result(family(face.mono));
    result.setPixelSize(face.pixels);
    result.setWeight(face.weight);
    result.setHintingPreference(QFont::PreferNoHinting);
    if (face.mono)
        result.setStyleHint(QFont::Monospace);
    return result;
}

QString layerIcon(std::string_view kerasClass)
{
    static constexpr std::pair<std::string_view, const char*> kIcons[]
        = {{"Source", "shapes"},
           {"Batch", "batch"},
           {"Output", "target"},
           {"Input", "enter"},
           {"Rescaling", "rescale"},
           {"Resizing", "resize"},
           {"CenterCrop", "crop"},
           {"RandomCrop", "crop"},
           {"Normalization", "curve"},
           {"Discretization", "bars"},
           {"RandomFlip", "flip"},
           {"RandomRotation", "rotate"},
           {"RandomZoom", "zoom"},
           {"RandomTranslation", "translate"},
           {"MaxNumBoundingBoxes", "grid"},
           {"Pipeline", "random"},
           {"RandAugment", "random"},
           {"AugMix", "random"},
           {"MixUp", "random"},
           {"CutMix", "random"},
           {"RandomContrast", "contrast"},
           {"RandomBrightness", "brightness"},
           {"AutoContrast", "contrast"},
           {"ContrastLimitedAdaptiveHistogramEqualization", "bars"},
           {"Equalization", "bars"},
           {"Solarization", "random"},
           {"TextVectorization", "text"},
           {"Hashing", "hash"},
           {"StringLookup", "table"},
           {"CategoryEncoding", "grid"},
           {"Conv2D", "conv"},
           {"Conv1D", "conv"},
           {"Conv3D", "conv"},
           {"BatchNormalization", "batchnorm"},
           {"LayerNormalization", "batchnorm"},
           {"Activation", "activation"},
           {"ReLU", "activation"},
           {"LeakyReLU", "activation"},
           {"Softmax", "bars"},
           {"MaxPooling2D", "pool"},
           {"AveragePooling2D", "pool"},
           {"GlobalAveragePooling2D", "pool"},
           {"Flatten", "flatten"},
           {"Dropout", "dropout"},
           {"Dense", "dense"},
           {"Add", "plus-circle"},
           {"Concatenate", "merge"},
           {"Embedding", "table"}};
    for (const auto& [name, icon] : kIcons)
        if (name == kerasClass)
            return icon;
    if (kerasClass.starts_with("Random"))
        return "random";
    if (kerasClass.find("Pooling") != std::string_view::npos)
        return "pool";
    if (kerasClass.find("Conv") != std::string_view::npos)
        return "conv";
    return "layers";
}

QColor layerColor(std::string_view kerasClass, About::Family family)
{
    const Theme& theme = currentTheme();
    if (kerasClass == "Source" || kerasClass == "Batch" || kerasClass == "Input")
        return theme.group.data;
    if (kerasClass == "Output")
        return theme.group.output;
    return theme.groupColor(family);
}

} // namespace lb
