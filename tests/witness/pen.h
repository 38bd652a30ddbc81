/* What the pen and the programs in it agree on. */
#define PEN_UID 1000
#define PEN_LOG "/log/calls"
/* The longest record of one script. */
#define PEN_MOST (1 << 20)

int pen(void);
