#include "app/workbench/command_line.h"
#include "app/workbench/file_actions.h"
#include "app/workbench/recovery.h"
#include "app/workbench/safe_application.h"
#include "app/workbench/screenshot.h"
#include "app/workbench/session.h"
#include "widgets/support/plural_forms.h"
#include "widgets/theme/theme.h"

#include <QMessageBox>
#include <QScreen>
#include <QSettings>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace {

/// What Qt says before it has a display. It ends the program with a paragraph about its plug-ins
/// where there is none; a sentence of ours takes its place. Other reasons (a library that is
/// missing, an unknown platform) are told in Qt's words.
class WithoutDisplay {
public:
    WithoutDisplay() { s_before = qInstallMessageHandler(&hear); }
    ~WithoutDisplay()
    {
        qInstallMessageHandler(s_before);
        for (const QString& line : s_heard) // there is one: said after all
            qWarning("%s", qUtf8Printable(line));
        s_heard.clear();
    }

private:
    static void hear(QtMsgType type, const QMessageLogContext&, const QString& text)
    {
        if (type != QtFatalMsg)
            return void(s_heard << text);
        const QString none
            = QObject::tr("layerbench: there is no display to open a window on; set DISPLAY or "
                          "WAYLAND_DISPLAY, or use layerbench-cli, which needs none");
        const bool unreachable = std::ranges::any_of(s_heard, [](const QString& line) {
            return line.contains("display", Qt::CaseInsensitive);
        });
        const QStringList said = unreachable ? QStringList{none} : s_heard + QStringList{text};
        std::fprintf(stderr, "%s\n", qUtf8Printable(said.join('\n')));
        std::_Exit(1);
    }

    static inline QtMessageHandler s_before = nullptr;
    static inline QStringList s_heard;
};

/// --help and --version, which need no display; also beside options that only Qt knows.
std::optional<QString> answerWithoutDisplay(int argc, char** argv)
{
    const QCoreApplication plain(argc, argv);
    const lb::CommandLine line = lb::parsedCommandLine(QCoreApplication::arguments());
    return line.exitCode == 0 ? std::optional(line.message) : std::nullopt;
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication::setOrganizationName("layerbench");
    QCoreApplication::setApplicationName("layerbench");
    QCoreApplication::setApplicationVersion(LAYERBENCH_VERSION);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    if (const auto answer = answerWithoutDisplay(argc, argv)) {
        std::printf("%s\n", qUtf8Printable(*answer));
        return 0;
    }
    std::optional<WithoutDisplay> unseen(std::in_place);
    lb::SafeApplication application(argc, argv);
    unseen.reset();
    QApplication::setApplicationDisplayName("Layerbench");
    const lb::CommandLine line = lb::parsedCommandLine(QCoreApplication::arguments());
    if (line.exitCode) {
        std::fprintf(*line.exitCode == 0 ? stdout : stderr, "%s\n", qUtf8Printable(line.message));
        return *line.exitCode;
    }
    lb::PluralForms plurals;
    QCoreApplication::installTranslator(&plurals);
    const bool painting = !line.screenshot.isEmpty();
    const QString theme
        = line.theme.value_or(QSettings().value("theme", "dark").toString());
    lb::setTheme(theme == "light" ? lb::Theme::light() : lb::Theme::dark());

    lb::LayerRegistry registry;
    lb::registerBuiltinLayers(registry);
    lb::Session session(registry);
    lb::MainWindow window(session);
    application.setListener([&window](const QString& what) {
        window.complain(what);
        QMessageBox::critical(&window, QObject::tr("Layerbench"), what);
    });
    if (!window.files().startFrom(line.templateName)) {
        std::fprintf(stderr, "there is no template called %s\n",
                     qUtf8Printable(line.templateName));
        return 2;
    }
    // So that somebody who sees it for the first time sees a layer at work.
    if (const lb::Node* rotation = session.document().named("random_rotation"))
        session.select({rotation->id});
    if (painting || line.sizeIsGiven)
        window.resize(line.size);
    else
        window.setGeometry(lb::placeOnScreen(line.size, window.screen()->availableGeometry()));
    if (!painting)
        window.restorePlace(!line.sizeIsGiven);
    window.setWorkspace(line.workspace);
    window.show();
    if (painting) {
        if (!line.project.isEmpty())
            if (const lb::Result<> opened = session.open(line.project); !opened.ok()) {
                std::fprintf(stderr, "%s: %s\n", opened.error().where.c_str(),
                             lb::english(opened.error().message).c_str());
                return 1;
            }
        return lb::paintedInto(window, line);
    }
    lb::Recovery recovery(session, window);
    if (!recovery.offer() && !line.project.isEmpty())
        window.files().openFile(line.project);
    return QApplication::exec();
}
