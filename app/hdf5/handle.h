#pragma once

#include <hdf5.h>

namespace lb::hdf5 {

/// An HDF5 identifier, closed when it goes: one left open may crash the library at exit.
template <herr_t (*Close)(hid_t)> class Handle {
public:
    explicit Handle(hid_t id)
        : m_id(id)
    {
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle()
    {
        if (m_id >= 0)
            Close(m_id);
    }
    operator hid_t() const { return m_id; }
    bool ok() const { return m_id >= 0; }

private:
    hid_t m_id;
};

using OwnFile = Handle<H5Fclose>;
using OwnGroup = Handle<H5Gclose>;
using OwnDataset = Handle<H5Dclose>;
using OwnSpace = Handle<H5Sclose>;
using OwnType = Handle<H5Tclose>;
using OwnProperties = Handle<H5Pclose>;
using OwnAttribute = Handle<H5Aclose>;

} // namespace lb::hdf5
