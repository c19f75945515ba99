/* Checks of what the plugin does with memory that its host has lent it. */
#define TN_GROUP "host"
#include "engine/scene.h"

TN_CHECK_WITH(
    host_stays_in_its_memory, HOST, 16, TEST_SLOW | TEST_FENCED,
    "a call touches of the host's memory the bytes that it was lent, until it has returned "
    "them, and no others",
    .names = scene_trials) {
  scene here;
  const scene_call *call = scene_find(t, &here);
  REQUIRE(call != NULL);
  if (!call->prepare(&here)) {
    scene_clear(&here);
    NOT_APPLICABLE("the device or its plugin does not have what the call is made on");
  }
  for (int round = 0; round < 2; round++)
    if (scene_run(&here, call)) scene_undo(&here, call);
  scene_clear(&here);
}
