"""Interactive figures, one JavaScript module each, alive on the page without a kernel and in notebooks with one."""
