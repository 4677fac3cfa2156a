#pragma once

#include "core/support/config.h"
#include "core/support/json.h"
#include "core/support/written_value.h"

#include <optional>

namespace lb {

/// Takes fields out of an object; what is left is foreign. Remembers the first error.
class Fields {
public:
    Fields(const Config& config, std::string where)
        : m_where(std::move(where))
    {
        if (const auto* object = config.as<ConfigObject>())
            m_rest = *object;
        else
            fail("", LB_TR("Error", "an object is expected"));
    }

    template <typename T> void read(const char* key, T& into)
    {
        const auto entry = m_rest.find(key);
        if (entry == m_rest.end())
            return; // the default stands
        if (!take(entry->second, into))
            fail(key, {wanted(into), {writtenValue(entry->second)}});
        m_rest.erase(entry);
    }
    template <typename T> void need(const char* key, T& into)
    {
        if (!m_rest.contains(key))
            fail(key, LB_TR("Error", "a value is needed"));
        read(key, into);
    }
    /// Each item of a list, as `visit(item, where)` -> Result<>.
    template <typename Visit> void each(const char* key, Visit&& visit)
    {
        const auto entry = m_rest.find(key);
        if (entry == m_rest.end())
            return;
        const auto* list = entry->second.as<ConfigList>();
        if (!list)
            fail(key, LB_TR("Error", "a list is expected"));
        for (std::size_t i = 0; list && i < list->size() && !m_error; ++i)
            if (Result<> done = visit((*list)[i], m_where + key + "/" + std::to_string(i) + "/");
                !done.ok())
                m_error = std::move(done.error());
        m_rest.erase(entry);
    }
    void fail(const char* key, Message reason)
    {
        if (!m_error)
            m_error = Error{ErrorCode::BadFile, m_where + key, std::move(reason)};
    }
    bool has(const char* key) const { return m_rest.contains(key); }
    /// The first error; else `foreign` gets what nobody took.
    Result<> done(Config& foreign)
    {
        foreign = Config(std::move(m_rest));
        if (m_error)
            return std::move(*m_error);
        return std::monostate{};
    }

private:
    static Text wanted(bool) { return LB_TR("Error", "needs true or false, is: %1"); }
    static Text wanted(std::int64_t) { return LB_TR("Error", "needs a whole number, is: %1"); }
    static Text wanted(double) { return LB_TR("Error", "needs a number, is: %1"); }
    static Text wanted(const std::string&) { return LB_TR("Error", "needs a string, is: %1"); }
    static Text wanted(const Config&) { return LB_TR("Error", "cannot be: %1"); } // takes all
    static bool take(const Config& value, Config& into)
    {
        into = value;
        return true;
    }
    static bool take(const Config& value, double& into)
    {
        const auto* real = value.as<double>();
        const auto* integer = value.as<std::int64_t>();
        into = real ? *real : integer ? static_cast<double>(*integer) : into;
        return real || integer;
    }
    template <typename T> static bool take(const Config& value, T& into)
    {
        const T* typed = value.as<T>();
        if (typed)
            into = *typed;
        return typed;
    }

    std::string m_where;
    ConfigObject m_rest;
    std::optional<Error> m_error;
};

/// The unknown fields that a file brought, with ours over them.
inline ConfigObject over(const Config& foreign, ConfigObject known)
{
    if (const auto* kept = foreign.as<ConfigObject>())
        for (const auto& [key, value] : *kept)
            known.emplace(key, value);
    return known;
}

} // namespace lb
