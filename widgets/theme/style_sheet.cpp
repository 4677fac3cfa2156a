#include "widgets/theme/style_sheet.h"

#include "widgets/theme/theme.h"

#include <QDir>
#include <QTemporaryDir>

#include <utility>

namespace lb {
namespace {

// A style sheet can only name files: the few pictures that it needs are tinted into a folder.
QString pictureFile(const QString& icon, const QColor& color)
{
    static const QTemporaryDir folder;
    const QString path = folder.filePath(icon + color.name().mid(1) + ".png");
    if (!QFile::exists(path))
        tintedPixmap(icon, color, 12, 1).save(path);
    return path;
}

const char* const kSheet = R"(
* { outline: 0; }
QWidget { color: @text; }
QMainWindow, QDialog { background: @panel; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QToolTip { background: @raised; color: @text; border: 1px solid @line2; padding: 4px 8px; }

QMenuBar { background: @window; color: @text; border-bottom: 1px solid @line; padding: 3px 0 0 4px; }
QMenuBar::item { background: transparent; padding: 4px 9px; border-radius: 6px; margin: 0; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @hover; }
QMenu { background: @raised; border: 1px solid @line2; border-radius: 6px; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 26px; border-radius: 4px; }
QMenu::item:selected { background: @accentBg; }
QMenu::item:disabled { color: @text3; }
QMenu::icon { padding-left: 6px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QMenu::indicator { width: 12px; height: 12px; left: 7px; }
QMenu::indicator:checked { image: url(@pic:check:text); }

QStatusBar { background: @window; border-top: 1px solid @line; color: @text2; font-size: 11px; min-height: 23px; max-height: 23px; }
QStatusBar::item { border: 0; }
QStatusBar QLabel { color: @text2; font-size: 11px; }
QSizeGrip { width: 0; height: 0; }

QDockWidget { color: @text2; }
QWidget[look="panel"] { background: @panel; }
QWidget[look="toolbar"] { background: @panel; border-bottom: 1px solid @line; }
QWidget[look="canvas"] { background: @canvas; }

QPushButton { background: @raised; color: @text; border: 1px solid @line2; border-radius: 6px; padding: 0 12px; min-height: 26px; font-weight: 500; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @line; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { color: @text3; border-color: @line; background: @panel; }
QPushButton:checked { background: @accentBg; border-color: @accent; }
QPushButton[look="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[look="primary"]:disabled { background: @raised; color: @text3; border-color: @line; }
QPushButton[look="danger"] { color: @error; border-color: @error; background: transparent; }
QPushButton[look="flat"] { background: transparent; border-color: transparent; }
QPushButton[look="flat"]:hover { background: @hover; }
QPushButton[look="flat"]:focus, QPushButton[look="danger"]:focus { border-color: @accent; }
QPushButton[look="primary"]:focus, QPushButton:checked:focus { border-color: @text; }
QPushButton[look="small"] { min-height: 20px; padding: 0 8px; border-radius: 5px; font-size: 11px; }
QPushButton::menu-indicator { image: url(@pic:chevron-down:text2); subcontrol-position: right center; right: 6px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 0 6px; min-height: 26px; color: @text; font-weight: 500; }
QToolButton:hover { background: @hover; }
QToolButton:checked { background: @hover; border-color: @line2; }
QToolButton:disabled { color: @text3; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }
QLineEdit > QToolButton { min-height: 0; padding: 0; border: 0; } /* the icon in a field, which places it by the height that it asks for */
QToolBar { background: @panel; border: 0; padding: 0; margin: 0; spacing: 0; }
QPushButton[look="searchField"] { background: @field; color: @text3; font-weight: 400; text-align: left; padding: 0 8px; }
QToolButton[look="status"] { min-height: 16px; border-radius: 4px; padding: 0 3px; font-size: 11px; font-weight: 400; color: @text2; }
QToolButton[look="workspace"] { border: 2px solid transparent; border-radius: 0; padding: 0 8px 0 6px; min-height: 44px; font-size: 13px; color: @text2; }
QToolButton[look="workspace"]:hover { color: @text; background: transparent; }
QToolButton[look="workspace"]:checked { color: @text; background: transparent; border-bottom-color: @accent; font-weight: 600; }
QToolButton[look="workspace"]:focus { border-color: @accent; border-radius: 6px; }
QFrame[look="segments"] { background: @field; border: 1px solid @line; border-radius: 6px; }
QToolButton[look="segment"], QPushButton[look="segment"] { background: transparent; border: 1px solid transparent; border-radius: 5px; padding: 0 10px; min-height: 22px; font-weight: 400; font-size: 12px; color: @text2; }
QToolButton[look="segment"]:hover, QPushButton[look="segment"]:hover { color: @text; }
QToolButton[look="segment"]:checked, QPushButton[look="segment"]:checked { background: @hover; border-color: @line2; color: @text; font-weight: 500; }
QToolButton[look="segment"]:focus, QPushButton[look="segment"]:focus { border-color: @accent; }

#tryKind QAbstractButton { padding: 0 6px; }

QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit { background: @field; color: @text; border: 1px solid @line2; border-radius: 6px; padding: 0 8px; min-height: 22px; selection-background-color: @accent; selection-color: @onAccent; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @text3; }
QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: @accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled { color: @text3; border-color: @line; }
QLineEdit[state="warn"], QAbstractSpinBox[state="warn"] { border-color: @warn; }
QLineEdit[state="error"], QAbstractSpinBox[state="error"] { border-color: @error; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: 0; }
QComboBox { background: @field; color: @text; border: 1px solid @line2; border-radius: 6px; padding: 0 8px; min-height: 22px; }
QComboBox:focus, QComboBox:on { border-color: @accent; }
QComboBox:disabled { color: @text3; border-color: @line; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url(@pic:chevron-down:text2); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line2; padding: 4px; selection-background-color: @accentBg; selection-color: @text; }

QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @line2; border-radius: 4px; background: @field; }
QCheckBox::indicator:hover { border-color: @text3; }
QCheckBox::indicator:focus { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@pic:check:onAccent); }
QCheckBox::indicator:checked:focus { border-color: @text; }
QCheckBox::indicator:disabled { border-color: @line; }
QCheckBox:disabled { color: @text3; }
QRadioButton { spacing: 8px; }

QTabWidget::pane { border: 0; border-top: 1px solid @line; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @text2; padding: 0 2px; margin: 0 8px; min-height: 31px; border: 2px solid transparent; font-size: 12px; }
QTabBar#inspectorTabs::tab { padding: 0; margin: 0 5px; }
QTabBar#inspectorTabs::tab:first { margin-left: 10px; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; font-weight: 600; }
QTabBar::tab:focus { border-color: @accent; border-radius: 4px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line2; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::handle:hover { background: @text3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollArea, QAbstractScrollArea { border: 0; }
QScrollArea { background: transparent; }

QAbstractItemView { background: @panel; alternate-background-color: @panel; border: 0; selection-background-color: @accentBg; selection-color: @text; gridline-color: @line; }
QAbstractItemView::item:hover { background: @hover; }
QAbstractItemView::item:selected { background: @accentBg; color: @text; }
QScrollArea[look="reading"] { border: 1px solid transparent; }
QScrollArea[look="reading"]:focus { border-color: @accent; }
QFrame[look="focusRing"] { background: transparent; border: 1px solid @accent; }
QTableView, QTreeView, QListView { border: 1px solid transparent; }
QTableView:focus, QTreeView:focus, QListView:focus { border-color: @accent; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @text2; border: 0; border-bottom: 1px solid @line; padding: 0 8px; min-height: 24px; font-size: 11px; }
QHeaderView#denseHeader::section { padding: 0 4px; }
QTableCornerButton::section { background: @panel; border: 0; }

QSlider::groove:horizontal { height: 4px; background: @hover; border-radius: 2px; }
QSlider::sub-page:horizontal { height: 4px; background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 7px; background: @accent; border: 2px solid @panel; }
QSlider::handle:horizontal:focus { border-color: @text; }
QSlider::handle:horizontal:hover { background: @accentHover; }
QSlider::sub-page:horizontal:disabled, QSlider::handle:horizontal:disabled { background: @line2; }
QProgressBar { background: @hover; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QGroupBox { border: 1px solid @line; border-radius: 8px; margin-top: 8px; padding: 8px; }

QLabel { background: transparent; }
QLabel[look="hint"] { color: @text3; font-size: 11px; }
QLabel[look="caption"] { color: @text2; }
QLabel[look="title"] { font-weight: 600; }
QLabel[look="inspectorTitle"] { font-size: 14px; font-weight: 600; }
QLabel[look="figure"] { font-size: 15px; font-weight: 600; }
QLabel[look="bigFigure"] { font-size: 17px; font-weight: 600; }
QAbstractSpinBox[look="number"], QLineEdit[look="number"] { font-family: "@mono"; font-size: 11px; }
QLabel[look="mono"] { font-family: "@mono"; font-size: 11px; }
QLabel[look="monoHint"] { font-family: "@mono"; font-size: 11px; color: @text3; }
QLabel[look="warn"] { color: @warn; }
QLabel[look="error"] { color: @error; }
QLabel[look="ok"] { color: @ok; }
QFrame[look="card"] { background: @raised; border: 1px solid @line; border-radius: 8px; }
QFrame[look="field"] { background: @field; border: 1px solid @line; border-radius: 6px; }
QFrame[look="field"][state="focus"] { border-color: @accent; }
QFrame[look="warnCard"] { background: @warnBg; border: 0; border-radius: 8px; }
QFrame[look="errorCard"] { background: @errorBg; border: 0; border-radius: 8px; }
QFrame[look="okCard"] { background: @okBg; border: 0; border-radius: 8px; }
QFrame[look="trainOnlyCard"] { background: @trainOnlyBg; border: 0; border-radius: 8px; }
QFrame[look="popup"] { background: @raised; border: 1px solid @line2; border-radius: 8px; }
QListWidget[look="popup"] { background: transparent; border: 0; }
QFrame[look="line"] { background: @line; border: 0; }
QLabel[look="chip"] { background: @hover; color: @text2; border-radius: 4px; padding: 1px 6px; font-size: 10px; font-weight: 500; }
QLabel[look="okChip"] { background: @okBg; color: @ok; border-radius: 4px; padding: 1px 6px; font-size: 10px; font-weight: 500; }
QLabel[look="warnChip"] { background: @warnBg; color: @warn; border-radius: 4px; padding: 1px 6px; font-size: 10px; font-weight: 500; }
QLabel[look="errorChip"] { background: @errorBg; color: @error; border-radius: 4px; padding: 1px 6px; font-size: 10px; font-weight: 500; }
QLabel[look="trainOnlyChip"] { background: @trainOnlyBg; color: @trainOnly; border-radius: 4px; padding: 1px 6px; font-size: 10px; font-weight: 500; }
)";

} // namespace

QString styleSheet(const Theme& t)
{
    const std::pair<const char*, QColor> tokens[]
        = {{"window", t.window},
           {"panel", t.panel},
           {"canvas", t.canvas},
           {"raised", t.raised},
           {"field", t.field},
           {"hover", t.hover},
           {"line2", t.line2},
           {"line", t.line},
           {"text2", t.text2},
           {"text3", t.text3},
           {"text", t.text},
           {"accentHover", t.isDark ? t.accent.lighter(112) : t.accent.lighter(118)},
           {"accentBg", t.accentBg},
           {"accent", t.accent},
           {"onAccent", t.onAccent},
           {"okBg", t.okBg},
           {"ok", t.ok},
           {"warnBg", t.warnBg},
           {"warn", t.warn},
           {"errorBg", t.errorBg},
           {"error", t.error},
           {"trainOnlyBg", t.trainOnlyBg},
           {"trainOnly", t.trainOnly}};
    QString sheet(kSheet);
    sheet.replace("@pic:chevron-down:text2", pictureFile("chevron-down", t.text2));
    sheet.replace("@pic:check:onAccent", pictureFile("check", t.onAccent));
    sheet.replace("@pic:check:text", pictureFile("check", t.text));
    sheet.replace("@mono", uiFont(FontRole::Mono).family());
    for (const auto& [name, color] : tokens) // longer names stand before their beginnings
        sheet.replace(QString("@") + name, color.name());
    return sheet;
}

} // namespace lb
