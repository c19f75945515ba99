// A plugin in C++ that has no device. It uses the language's library and exceptions inside, and
// lets neither out.
#include <tenon/abi.h>

#include <new>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

tn_status fail(tn_error *error, tn_status status, const std::string &message) {
  if (error) {
    *error = tn_error();
    error->status = status;
    message.copy(error->message, sizeof error->message - 1);
  }
  return status;
}

class Engine {
 public:
  explicit Engine(const tn_create_options *options);

  static Engine &of(tn_plugin *plugin) { return *reinterpret_cast<Engine *>(plugin); }
  tn_plugin *plugin() { return &base_; }
  const tn_plugin_info *info() const { return &info_; }
  const tn_host *host() const { return host_; }

 private:
  tn_plugin base_;  // first: the object that crosses the interface
  const tn_host *host_;
  tn_maker maker_;
  tn_plugin_info info_;
  std::vector<std::string> words_;
};

const void *get_extension(tn_plugin *, tn_string) {
  return nullptr;
}

void destroy(tn_plugin *plugin, uint32_t) {
  const tn_host *host = Engine::of(plugin).host();
  delete &Engine::of(plugin);
  host->end(host);
}

const tn_plugin_info *info(tn_plugin *plugin) {
  return Engine::of(plugin).info();
}

tn_status devices(tn_plugin *, tn_device_sink sink, void *user, tn_error *) {
  tn_device_list list = tn_device_list_init();
  return sink(user, &list);
}

tn_status properties(tn_plugin *, tn_property_sink sink, void *user, tn_error *) {
  return sink(user, nullptr, 0);
}

tn_status get_property(tn_plugin *, tn_string, tn_string name, tn_value_sink, void *,
                       tn_error *error) {
  return fail(error, TN_NOT_FOUND, "no property " + std::string(name.data, name.length));
}

tn_status set_properties(tn_plugin *, tn_string, const tn_map_entry *, uint64_t count,
                         tn_error *error) {
  return count ? fail(error, TN_NOT_FOUND, "no property") : tn_status(TN_OK);
}

tn_status query(tn_plugin *, tn_string, tn_model *, const tn_query_options *, tn_query_sink, void *,
                tn_error *error) {
  return fail(error, TN_NOT_FOUND, "no device");
}

tn_status compile(tn_plugin *, tn_string, tn_model *, const tn_compile_options *,
                  tn_compiled_model **, tn_error *error) {
  return fail(error, TN_NOT_FOUND, "no device");
}

const tn_plugin_api table = {
    sizeof(tn_plugin_api), TN_MAJOR,       get_extension, destroy, info, devices, properties,
    get_property,          set_properties, query,         compile};

Engine::Engine(const tn_create_options *options)
    : base_(), host_(tn_create_options_host(options)), maker_(), info_(tn_plugin_info_init()) {
  if (!host_) throw std::runtime_error("the host does not speak major version 1");
  words_.assign({"EMPTY", "0.1.0", "out-of-tree"});
  maker_.size = TN_SIZE(tn_maker);
  maker_.library = &table;
  maker_.name = tn_string_from(words_[0].c_str());
  info_.name = maker_.name;
  info_.version = tn_string_from(words_[1].c_str());
  info_.vendor = tn_string_from(words_[2].c_str());
  base_.api = &table;
  base_.maker = &maker_;
}

}  // namespace

tn_status tn_create_plugin_engine(const tn_create_options *options, tn_plugin **out,
                                  tn_error *error) {
  try {
    *out = (new Engine(options))->plugin();
    return TN_OK;
  } catch (const std::bad_alloc &) {
    return fail(error, TN_OUT_OF_MEMORY, "no memory for the engine");
  } catch (const std::exception &exception) {
    return fail(error, TN_UNSUPPORTED, exception.what());
  }
}
